/** The step's outputs with their meaning, for `action.yml`, `task.json` and the reference. */
export const outputTexts: Readonly<Record<string, string>> = {
  status:
    'How it ended: deployed, promoted, rejected, undone, analyzed, unchanged, first-release or superseded; planned for a dry run, failed for a failure.',
  release: 'Short hash of the rendered files. Empty where no files were given and nothing was open.',
  weights: 'Shares of stable, baseline and canary as JSON, on a scale of 1000. Empty object where nothing is split.',
  'canary-share': 'Percent of the requests that the canary gets as its share: without what `match` gives it.',
  verdict: 'What the analysis came to: pass, fail, inconclusive or no-data. Not set without `metrics` or `soak`.',
  report: 'Paths of the files of the input `report`, a line each.',
  code: 'Of a failure: its code, such as NOT_READY.',
  reason: 'Of a failure: what happened.',
  traffic:
    'Of a failure: stable if all requests are on the running version, split if they are where `weights` says, unchanged if the step moved none, else unknown.',
};

/** What all platforms show as the product's name and purpose. */
export const product = {
  name: 'Rollout for Kubernetes',
  about: 'Deploy a canary beside the running version, promote or reject it. No controller to install in the cluster.',
} as const;
