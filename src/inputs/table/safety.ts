/** What is done when the world is not as hoped. */
import { all, changing, type InputSpec, releasing, yesOrNo } from '../input.ts';

/** The inputs of the group `safety`. */
export const safety = {
  'dry-run': {
    label: 'Dry run',
    help: 'Show the plan and write nothing.',
    group: 'safety',
    kind: yesOrNo,
    fallback: 'false',
    actions: changing,
  },
  comment: {
    label: 'Comment',
    help: 'Keep one comment on the pull request up to date with what the dry run shows: the plan, and what the files change, Secrets as hashes. It needs `dry-run`. On GitHub the job needs `pull-requests: write`, on Azure the build service the right "Contribute to pull requests". A comment that cannot be written is a warning.',
    brief:
      'With a dry run: keep one comment on the pull request up to date with the plan and what the files change, Secrets as hashes. What cannot be written is a warning.',
    group: 'safety',
    kind: yesOrNo,
    fallback: 'false',
    actions: ['deploy'],
  },
  'github-token': {
    label: 'GitHub token',
    help: 'Token that writes the comment where the pull request is at GitHub: in a workflow its `github.token`. Not given: the variable GITHUB_TOKEN. It is a secret.',
    group: 'safety',
    kind: { type: 'text', secret: true },
    fallback: '',
    actions: ['deploy'],
  },
  report: {
    label: 'Report',
    help: 'Report files of the run, one per line, also written when the step fails: `rollout.html` is a page for people (shares over time, each metric with the moment of its decision, latency by variant, pods, steps, plan), `rollout.json` has the same as data.',
    brief: 'Files with a report of the run, one per line, also written on failure: `rollout.html` for people, `rollout.json` as data.',
    group: 'safety',
    kind: { type: 'lines' },
    fallback: '',
    actions: all,
  },
  notify: {
    label: 'Notify',
    help: 'Address that is notified when the step begins, waits for a person (`hold`), ends, or fails and why: a webhook of Slack, Teams or Google Chat, Grafana’s `/api/annotations` (`https://:TOKEN@HOST/api/annotations`), or any that accepts JSON. Treated as a secret. A failed notification is a warning.',
    brief:
      'Webhook that is notified when the step begins, waits for a person, ends or fails: Slack, Teams, Google Chat, Grafana annotations, or any that accepts JSON. Treated as a secret.',
    group: 'safety',
    kind: { type: 'text', secret: true },
    fallback: '',
    actions: changing,
  },
  'notify-format': {
    label: 'Notification format',
    help: 'Format of the notification.',
    brief: 'Format of the notification: `auto`, `slack`, `teams`, `google-chat`, `grafana` or `json`. `auto` detects it from the address.',
    group: 'safety',
    kind: {
      type: 'pick',
      choices: [
        { value: 'auto', about: 'the format of the service in the address, otherwise JSON' },
        { value: 'slack', about: 'Slack' },
        { value: 'teams', about: 'Teams, as an adaptive card' },
        { value: 'google-chat', about: 'Google Chat' },
        { value: 'grafana', about: 'a Grafana annotation' },
        { value: 'json', about: 'status, what, text, url and time' },
      ],
    },
    fallback: 'auto',
    actions: changing,
  },
  'on-failure': {
    label: 'On failure',
    help: 'What to do with the canary when a deploy fails. Traffic goes back to the running version in either case.',
    brief:
      'What to do with the canary when a deploy fails; traffic goes back either way. `keep`: it stays, without traffic (method `pod` removes it); `reject`: it is removed.',
    group: 'safety',
    kind: {
      type: 'pick',
      choices: [
        { value: 'keep', about: 'it stays, without traffic, for inspection. Method `pod` removes it: its pods would get requests' },
        { value: 'reject', about: 'it is removed' },
      ],
    },
    fallback: 'keep',
    actions: releasing,
  },
  'on-cancel': {
    label: 'On cancel',
    help: 'What to do with the rollout when the step is cancelled.',
    brief:
      'What to do with the rollout when the step is cancelled: `keep` it, so that a re-run goes on, or `reject` it, so that the requests go back.',
    group: 'safety',
    kind: {
      type: 'pick',
      choices: [
        { value: 'keep', about: 'it stays as it is; a re-run resumes it, a reject takes it back' },
        {
          value: 'reject',
          about: 'the requests go back first; the rest is rejected at the end of the job, by the post step of the platform',
        },
      ],
    },
    fallback: 'keep',
    actions: changing,
  },
  'on-open': {
    label: 'On open rollout',
    help: 'What to do when a newer run has an open rollout.',
    group: 'safety',
    kind: {
      type: 'pick',
      choices: [
        { value: 'refuse', about: 'leave it alone and fail' },
        { value: 'replace', about: 'end it, then deploy' },
      ],
    },
    fallback: 'refuse',
    actions: releasing,
  },
  'reject-any': {
    label: 'Reject any',
    help: 'Reject whatever is open, even the rollout of another run.',
    group: 'safety',
    kind: yesOrNo,
    fallback: 'false',
    actions: ['reject'],
  },
  'delete-first-release': {
    label: 'Delete first release',
    help: 'Let reject remove a first release that became ready, so that nothing runs any more.',
    group: 'safety',
    kind: yesOrNo,
    fallback: 'false',
    actions: ['reject', 'sweep'],
  },
  'accept-analysis': {
    label: 'Accept analysis',
    help: 'What promote requires of the last analysis, if `soak` or `metrics` requested one.',
    brief: 'What promote requires of the last analysis: `passed`, or `none` to promote whatever it found.',
    group: 'safety',
    kind: {
      type: 'pick',
      choices: [
        { value: 'passed', about: 'it has passed; promote refuses a version whose analysis failed or was interrupted' },
        { value: 'none', about: 'nothing: promote whatever the result' },
      ],
    },
    fallback: 'passed',
    actions: ['promote'],
  },
  'shrink-stable': {
    label: 'Shrink the running version',
    help: 'Let method `pod` take pods from the running version, which is necessary above 50 %.',
    group: 'safety',
    kind: yesOrNo,
    fallback: 'false',
    actions: releasing,
  },
  isolation: {
    label: 'Isolation',
    help: 'How canary pods are kept out of Services that select the running version.',
    group: 'safety',
    kind: {
      type: 'pick',
      choices: [
        { value: 'labels', about: 'labels of their own; requests come only from the split' },
        { value: 'none', about: 'the same labels; they get further requests' },
      ],
    },
    fallback: 'labels',
    actions: releasing,
  },
  'accept-stable-change': {
    label: 'Accept a changed running version',
    help: 'Continue although the running version has changed since the canary was created; the baseline is created again.',
    group: 'safety',
    kind: yesOrNo,
    fallback: 'false',
    actions: ['deploy', 'promote', 'undo'],
  },
  'allow-unhealthy-stable': {
    label: 'Allow an unhealthy running version',
    help: 'Deploy although the running version is paused, not fully rolled out or unavailable.',
    group: 'safety',
    kind: yesOrNo,
    fallback: 'false',
    actions: releasing,
  },
  'force-conflicts': {
    label: 'Force conflicts',
    help: 'Take over fields that another tool manages, instead of failing with the name of that tool.',
    group: 'safety',
    kind: yesOrNo,
    fallback: 'false',
    actions: changing,
  },
  'missing-permissions': {
    label: 'Missing permissions',
    help: 'What to do when the API server says, before the first write, that the login lacks a permission that this action needs, or that the promote or reject of this deploy will need.',
    brief:
      'What to do when the login lacks permissions that the rollout needs: `refuse` before the first write and show the missing Role, or `warn` and continue.',
    group: 'safety',
    kind: {
      type: 'pick',
      choices: [
        { value: 'refuse', about: 'fail with the missing Role; nothing is changed' },
        { value: 'warn', about: 'report it and continue, for servers whose answer is wrong' },
      ],
    },
    fallback: 'refuse',
    actions: ['deploy', 'promote'],
  },
} as const satisfies Readonly<Record<string, InputSpec>>;
