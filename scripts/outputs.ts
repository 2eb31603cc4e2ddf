/** The step's outputs with their meaning, for `action.yml`, `task.json` and the reference. */
export const outputTexts: Readonly<Record<string, string>> = {
  status:
    'How the step ended: deployed, promoted, rejected, undone, analyzed, unchanged, first-release or superseded; planned after a dry run, failed after a failure.',
  release: 'Short hash of the rendered files. Empty if no files were given and nothing was open.',
  weights:
    'Shares of stable, baseline and canary as JSON, on a scale of 1000. An empty object if nothing is split. After a dry run: as the run would leave them.',
  'canary-share': 'Percentage of the requests that the canary gets as its share, without those from `match`.',
  url: 'Address of the application: the host of the first Ingress in the files, or of their Service of type LoadBalancer. Not set if neither has one.',
  verdict: 'Verdict of the analysis: pass, fail, inconclusive or no-data. Not set without `metrics` or `soak`.',
  report: 'Paths of the files of the input `report`, one per line.',
  code: 'After a failure: its code, such as NOT_READY.',
  reason: 'After a failure: what happened.',
  traffic:
    'After a failure: stable if all requests are on the running version, split if they are distributed as `weights` says, unchanged if the step moved none, otherwise unknown.',
};

/** What all platforms show as the product's name and purpose. */
export const product = {
  name: 'Rollout for Kubernetes',
  about: 'Deploy a canary beside the running version, then promote or reject it. No controller to install in the cluster.',
} as const;
