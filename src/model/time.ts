/** Time as the core waits by it: the machine's own, or one that a test moves. */
export interface Time {
  /** Milliseconds since some moment; never goes back. */
  elapsed(): number;
  /** Runs `task` once after a while; the answer takes it back. */
  after(milliseconds: number, task: () => void): () => void;
}
