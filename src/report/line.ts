/** One piece of log text; it may hold newlines. */
export interface Line {
  /**
   * A heading begins something new; a notice, a warning or an error is marked by the platform. A group holds the lines up to its end, which a platform
   * may fold away; the end has no text.
   */
  readonly level: 'plain' | 'heading' | 'notice' | 'warning' | 'error' | 'group' | 'end-group';
  readonly text: string;
  /** What a platform shows above the text where it shows it apart from the log. */
  readonly title?: string;
}
