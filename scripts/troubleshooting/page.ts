/** What the reader of an error code finds. */
export interface Page {
  /** What has happened, in a sentence. */
  readonly means: string;
  /** Where it comes from most of the time. */
  readonly causes: readonly string[];
  readonly remedy: string;
}
