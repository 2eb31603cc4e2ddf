import { derived } from '../manifests/names.ts';
import { decode, recordName } from '../manifests/record.ts';
import { keyOf } from '../manifests/refs.ts';
import type { Root, TrafficRouter } from '../model/router.ts';
import { ROLES, type Traffic } from '../model/stage.ts';
import { copiesIn, shadowService } from './mirrors.ts';

/** A data plane that nobody here knows: the user's command sets it. What it was last told is read from the record, for it cannot be asked. */
export const script: TrafficRouter = {
  name: 'script',
  about: 'A command of your own, which gets the split as JSON on its standard input and sets it; it can what `script-can` says.',
  routing: 'weights',
  owner: 'ours',
  declared: true,
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
  kinds: [],
  collections: () => [],
  carriers: () => [],
  render: (traffic, root) => [{ do: 'run', service: root.service, traffic, input: told(traffic ?? { weights: { stable: 1000 } }, root) }],
  read({ namespace, workload, service }, { objects }) {
    const stored = objects[keyOf({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: recordName(workload) })];
    const scripted = stored && decode(stored, null)?.scripted?.[service];
    if (!scripted) return null;
    const { traffic, done } = scripted;
    return { owner: 'ours', traffic, ...(done ? {} : { mixed: true }) };
  },
  rivals: () => [],
  accepted: () => ({ state: 'ready', text: 'the script has ended well' }),
};

/** One line of JSON: where, who answers which share, and what else is asked of the data plane. */
function told(traffic: Traffic, root: Root): string {
  const { weights, match = [], affinity } = traffic;
  const { namespace, workload, service } = root;
  const backends = ROLES.map(role => ({ role, service: derived(service, role), weight: weights[role] ?? 0 }));
  const mirrors = copiesIn(traffic).map(([variant, percentage]) => ({ variant, service: shadowService(variant, root), percentage }));
  return `${JSON.stringify({ namespace, workload, service, backends, match, mirrors, affinity: affinity ?? null })}\n`;
}
