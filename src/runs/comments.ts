/** One comment on a pull request, found by its first line and written anew. */

/** Sends a request with the token of the pull request's host; `body` is sent as JSON. Throws where nothing answers. */
export type Send = (
  address: string,
  sent?: { readonly method: 'POST' | 'PATCH'; readonly body: unknown },
) => Promise<{ readonly status: number; readonly body: string }>;

/** How a host of pull requests keeps comments. */
export interface Comments {
  /** Characters that a comment may have. */
  readonly most: number;
  /** What the user gives, where there is no token. */
  readonly tokenHint: string;
  /** Writes the comment that begins with the marker: in place of the one that does, or as a new one. Null, or what was refused and what to grant. */
  write(send: Send, marker: string, text: string): Promise<string | null>;
}
