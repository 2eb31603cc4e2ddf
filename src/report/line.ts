/** One piece of log text; it may hold newlines. A heading begins something new, a warning or an error is marked by the platform. */
export interface Line {
  readonly level: 'plain' | 'heading' | 'warning' | 'error';
  readonly text: string;
}
