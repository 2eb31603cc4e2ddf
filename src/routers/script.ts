import { derived, isOurs, partOf, SPLIT_BY } from '../manifests/names.ts';
import { decode, recordName } from '../manifests/record.ts';
import { keyOf } from '../manifests/refs.ts';
import type { Live } from '../model/live.ts';
import type { Root, TrafficRouter } from '../model/router.ts';
import { ALL_STABLE, ROLES, type Role, type Traffic } from '../model/stage.ts';
import { copiesIn, shadowService, shadowsOf } from './mirrors.ts';

/** A data plane that nobody here knows: the user's command sets it. What it was last told is read from the record, for it cannot be asked. */
export const script: TrafficRouter = {
  name: 'script',
  about: 'A command of your own, which reads the split as JSON from standard input and sets it; `script-can` declares what it supports.',
  routing: 'weights',
  owner: 'ours',
  declared: true,
  isMute: true,
  can: [
    'weight',
    'baseline',
    'match-beside-weight',
    'header',
    'cookie',
    'regex',
    'mirror',
    'mirror-percentage',
    'mirror-several',
    'affinity',
  ],
  settleSeconds: 5,
  lag: 'not known: it is your command',
  kinds: [],
  collections: () => [],
  carriers: () => [],
  render: (traffic, root) => [{ do: 'run', service: root.service, traffic, input: told(traffic, root) }],
  read(root, { objects }) {
    const { namespace, workload, service } = root;
    const stored = objects[keyOf({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: recordName(workload) })];
    const scripted = stored && decode(stored, null)?.scripted?.[service];
    if (!scripted) return hasLeaves(root, objects) ? UNKNOWN : null;
    const { traffic, done } = scripted;
    return { owner: 'ours', traffic, ...(done ? {} : { mixed: true }) };
  },
  rivals: () => [],
  accepted: () => ({ state: 'ready', text: 'the script succeeded' }),
};

/** Where the record is lost, or tells nothing yet, nobody knows what the command was told last: it is told again. */
const UNKNOWN = { owner: 'ours', traffic: ALL_STABLE, mixed: true } as const;

/** Services that were made for the command to send requests to. */
const hasLeaves = (root: Root, objects: Live['objects']): boolean =>
  ['stable', 'baseline', root.canary ?? 'canary', ...shadowsOf(root)].some(part => {
    const leaf = objects[keyOf({ apiVersion: 'v1', kind: 'Service', namespace: root.namespace, name: derived(root.service, part) })];
    return leaf !== undefined && isOurs(leaf) && leaf.metadata.annotations?.[SPLIT_BY] === script.name;
  });

/**
 * One line of JSON: where, who answers which share, and what else is asked of the data plane. In the end stable is the user's own Service again: what
 * stood for it goes with the rollout.
 */
function told(given: Traffic | null, root: Root): string {
  const traffic = given ?? ALL_STABLE;
  const { weights, match = [], affinity } = traffic;
  const { namespace, workload, service } = root;
  const serviceOf = (role: Role): string => (given === null && role === 'stable' ? service : derived(service, partOf(role, root)));
  const backends = ROLES.map(role => ({ role, service: serviceOf(role), weight: weights[role] ?? 0 }));
  const mirrors = copiesIn(traffic).map(([variant, percentage]) => ({ variant, service: shadowService(variant, root), percentage }));
  return `${JSON.stringify({ namespace, workload, service, backends, match, mirrors, affinity: affinity ?? null })}\n`;
}
