/** What a chart may ask of its cluster. */
export interface Capabilities {
  /** As `kubectl version` tells it, such as `v1.34.4-gke.1043000`. */
  readonly version: string;
  /** What is served, with each kind and without: `apps/v1`, `apps/v1/Deployment`. */
  readonly apis: readonly string[];
}
