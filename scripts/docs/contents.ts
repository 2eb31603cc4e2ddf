/** What the site holds, in the order of its navigation. */

/** A page: its file in the repository, and its name in the navigation. */
export interface Entry {
  readonly file: string;
  readonly title: string;
}

/** Pages under a heading of the navigation. */
export interface Group {
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** What pages show beside text. */
export const pictures: readonly string[] = ['docs/demo.svg'];

/** The site without the decisions, which are found by their folder. */
export const contents: readonly Group[] = [
  {
    title: 'Start',
    entries: [
      { file: 'README.md', title: 'Rollout for Kubernetes' },
      { file: 'docs/demo.md', title: 'The demo' },
      { file: 'docs/concepts.md', title: 'Concepts' },
    ],
  },
  {
    title: 'How to',
    entries: [
      { file: 'docs/how-to/gates.md', title: 'Let people and numbers decide' },
      { file: 'docs/how-to/notifications.md', title: 'Notify people' },
      { file: 'docs/how-to/helm.md', title: 'Release a chart' },
      { file: 'docs/how-to/daemon-sets.md', title: 'Try a DaemonSet on some nodes' },
      { file: 'docs/how-to/toggles.md', title: 'Deploy dark, release later' },
      { file: 'docs/how-to/environments.md', title: 'Take one release through environments' },
    ],
  },
  {
    title: 'Look up',
    entries: [
      { file: 'docs/reference.md', title: 'Inputs and outputs' },
      { file: 'docs/matrix.md', title: 'Strategies and methods' },
      { file: 'docs/metrics.md', title: 'Metrics' },
      { file: 'docs/troubleshooting.md', title: 'Error codes' },
      { file: 'docs/comparison.md', title: 'Other tools' },
      { file: 'CHANGELOG.md', title: 'Changes' },
    ],
  },
  {
    title: 'How it is built',
    entries: [
      { file: 'docs/architecture.md', title: 'Architecture' },
      { file: 'docs/simulation.md', title: 'The simulated cluster' },
      { file: 'CONTRIBUTING.md', title: 'Contributing' },
      { file: 'SECURITY.md', title: 'Security' },
    ],
  },
];
