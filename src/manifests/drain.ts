/** Pods of ours that go on answering for a while when they are told to end: whoever sends requests may learn late that they go. */
import type { JsonObject, KubeObject } from '../model/kube.ts';
import { at, number, record, records, text } from './json.ts';
import { DRAIN, toJson } from './template.ts';

/** How long a pod has to end where its template says nothing: the API server's own. */
export const DEFAULT_GRACE_SECONDS = 30;

/**
 * The template whose containers sleep before they end, where they have no hook of their own. The grace period begins with the sleep, so it
 * grows by as much.
 */
export function draining(template: JsonObject, seconds: number): JsonObject {
  const spec = record(template.spec);
  const bare = records(spec.containers).filter(container => at(container, 'lifecycle.preStop') === undefined);
  const whole = Math.ceil(seconds);
  if (whole === 0 || bare.length === 0) return template;
  const grace = spec.terminationGracePeriodSeconds;
  const metadata = record(template.metadata);
  const marked = { ...record(metadata.annotations), [DRAIN]: [String(grace ?? ''), ...bare.map(({ name }) => text(name))].join(' ') };
  const sleeping = { preStop: { sleep: { seconds: whole } } };
  return toJson({
    ...template,
    metadata: { ...metadata, annotations: marked },
    spec: {
      ...spec,
      terminationGracePeriodSeconds: number(grace, DEFAULT_GRACE_SECONDS) + whole,
      containers: records(spec.containers).map(container =>
        bare.includes(container) ? { ...container, lifecycle: { ...record(container.lifecycle), ...sleeping } } : container,
      ),
    },
  });
}

/** The API server has kept the sleep of this workload's pods: it knows the field. */
export const isDraining = (workload: KubeObject): boolean =>
  text(record(at(workload, 'spec.template.metadata.annotations'))[DRAIN]) !== '' && sleepsIn(at(workload, 'spec.template'));

/** A container that sleeps before it ends. */
export const sleepsIn = (template: unknown): boolean =>
  records(at(template, 'spec.containers')).some(container => at(container, 'lifecycle.preStop.sleep.seconds') !== undefined);
