import { RolloutError } from '../errors.ts';
import { number, record, records, same, text } from '../manifests/json.ts';
import type { Root } from '../model/router.ts';
import type { Traffic } from '../model/stage.ts';
import { type Backend, carries, divisor, roleOf, serviceOf, split, weightsOf } from './backends.ts';
import { parsed } from './parsed.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A load balancer takes weights from 0 to 999. */
const LARGEST_WEIGHT = 999;
/** A user keeps his version for a day. */
const STICKINESS = { enabled: true, durationSeconds: 86_400 };

/** The forward action that sends everything to one Service. */
export const forwardTo = (service: string, port: unknown): Fields => ({
  type: 'forward',
  forwardConfig: { targetGroups: [{ serviceName: service, servicePort: port, weight: 1 }] },
});

/** The action in an annotation; null for anything but a forward action with target groups. */
export function actionIn(annotation: string | undefined): Fields | null {
  const action = record(parsed(annotation));
  return action.type === 'forward' && Array.isArray(record(action.forwardConfig).targetGroups) ? action : null;
}

/** Whether an action leads requests to the root. */
export const leadsToRoot = (action: Fields, root: Root): boolean => carries(backendsOf(action, root));

/** Whether an action leads requests to the canary alone. */
export const leadsToCanary = (action: Fields, root: Root): boolean => backendsOf(action, root).every(({ role }) => role === 'canary');

/** The port of the root in an action. */
export const portIn = (action: Fields, root: Root): unknown =>
  backendsOf(action, root).find(({ role }) => role !== null)?.fields.servicePort;

/** The action with the root's requests split; what else it says stays. @throws RolloutError UNSUPPORTED when it cannot be written so. */
export function splitAction(action: Fields, { weights, affinity }: Traffic, root: Root): Fields {
  const entries = fitting(split(backendsOf(action, root), weights, Number.MAX_SAFE_INTEGER));
  const targetGroups = entries.map(({ role, weight, fields }) => ({
    ...fields,
    ...(role ? { serviceName: serviceOf(role, root) } : {}),
    weight,
  }));
  const { targetGroupStickinessConfig: own, ...forwardConfig } = record(action.forwardConfig);
  const isForeign = own !== undefined && !same(own, STICKINESS);
  if (affinity && isForeign) throw unsupported('an action already has stickiness', 'Deploy without affinity: that action has its own.');
  const stickiness = affinity ? { targetGroupStickinessConfig: STICKINESS } : isForeign ? { targetGroupStickinessConfig: own } : {};
  return { ...action, forwardConfig: { ...forwardConfig, targetGroups, ...stickiness } };
}

/** How an action splits the root's requests. */
export const readAction = (action: Fields, root: Root): Traffic => ({
  weights: weightsOf(backendsOf(action, root)),
  ...(same(record(action.forwardConfig).targetGroupStickinessConfig, STICKINESS) ? { affinity: 'cookie' } : {}),
});

/** That a load balancer cannot do what is asked. */
export const unsupported = (what: string, hint: string): RolloutError =>
  new RolloutError('UNSUPPORTED', `traffic-split-method alb: ${what}`, hint);

const backendsOf = ({ forwardConfig }: Fields, root: Root): readonly Backend[] =>
  records(record(forwardConfig).targetGroups).map(fields => ({
    role: roleOf(text(fields.serviceName), root),
    group: String(fields.servicePort ?? ''),
    weight: number(fields.weight, 1),
    fields,
  }));

/** The same proportions in the smallest whole numbers. */
function fitting(entries: readonly Backend[]): readonly Backend[] {
  const unit = entries.map(({ weight }) => weight).reduce(divisor, 0) || 1;
  const reduced = entries.map(entry => ({ ...entry, weight: entry.weight / unit }));
  const largest = Math.max(...reduced.map(({ weight }) => weight));
  if (largest <= LARGEST_WEIGHT) return reduced;
  throw unsupported(
    `weights end at ${LARGEST_WEIGHT}, and these proportions would need ${largest}`,
    'Ask for a rounder percentage, or give the Service a rule of its own.',
  );
}
