/** Probes: when a pod gets requests, and when it is started anew. */
import { at, canonical, isRecord, number, record } from '../../manifests/json.ts';
import type { Rule } from '../finding.ts';
import { type Container, containersIn, isServed, titleOf } from '../workload.ts';

/** A pod without one gets requests before it can answer. */
export const noReadinessProbe: Rule = {
  code: 'no-readiness-probe',
  level: 'warning',
  about: 'Pods that answer requests say when they can.',
  remarks: (file, all) => {
    const containers = containersIn(file, 'containers');
    const first = containers.find(({ fields }) => fields.ports !== undefined) ?? containers[0];
    const isAsked = containers.some(({ fields }) => isRecord(fields.readinessProbe));
    if (first === undefined || isAsked || !isServed(file, all)) return [];
    return [
      {
        path: first.path,
        what: `${titleOf(file)} has no readinessProbe: its pods get requests as soon as their containers run, before they can answer.`,
        set: `${first.path}.readinessProbe`,
      },
    ];
  },
};

/** Under load the pod would be killed in the moment in which it only wants a pause. */
export const livenessEqualsReadiness: Rule = {
  code: 'liveness-equals-readiness',
  level: 'warning',
  about: 'A pod that is not ready for a moment is not killed for it.',
  remarks: file =>
    containersIn(file, 'containers')
      .filter(isHasty)
      .map(({ path, name }) => ({
        path: `${path}.livenessProbe`,
        what: `${titleOf(file)}, container ${name}: livenessProbe asks the same as readinessProbe and gives up as early, so a pod under load is killed instead of relieved.`,
        set: `${path}.livenessProbe.failureThreshold (more than readiness has), or another question`,
      })),
};

function isHasty({ fields: { livenessProbe, readinessProbe } }: Container): boolean {
  if (!isRecord(livenessProbe) || !isRecord(readinessProbe)) return false;
  return question(livenessProbe) === question(readinessProbe) && patience(livenessProbe) <= patience(readinessProbe);
}

const HANDLERS = ['httpGet', 'tcpSocket', 'exec', 'grpc'];

const question = (probe: Readonly<Record<string, unknown>>): string =>
  canonical(Object.fromEntries(HANDLERS.map(handler => [handler, plain(probe[handler])])));

/** What the API server adds where a file leaves it out. */
const plain = (handler: unknown): unknown => (isRecord(handler) && at(handler, 'scheme') === 'HTTP' ? without(handler) : handler);

function without(handler: Readonly<Record<string, unknown>>): unknown {
  const { scheme: _, ...rest } = record(handler);
  return rest;
}

/** Seconds of failures until the kubelet acts, with its defaults. */
const patience = ({ failureThreshold, periodSeconds }: Readonly<Record<string, unknown>>): number =>
  number(failureThreshold, 3) * number(periodSeconds, 10);
