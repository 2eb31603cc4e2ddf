/** What an autoscaler needs of the pods that it counts. */
import { at, number, records, text } from '../../manifests/json.ts';
import type { LintFile, Rule } from '../finding.ts';
import { type Container, containersIn, sets, titleOf } from '../workload.ts';

/** A metric in percent of what a pod asks for needs to know that. */
export const autoscalerWithoutRequests: Rule = {
  code: 'autoscaler-without-requests',
  level: 'warning',
  about: 'What an autoscaler measures in percent has requests.',
  remarks: (file, all) => {
    if (file.object.kind !== 'HorizontalPodAutoscaler') return [];
    const target = all.files.find(other => sets(file, other));
    if (target === undefined) return [];
    return measured(file).flatMap(({ path, resource, container }) =>
      lacking(target, resource, container).map(lacks => ({
        path,
        what: `${titleOf(file)} measures ${resource} in percent of its requests, and container ${lacks.name} of ${titleOf(target)} has none: it cannot scale.`,
        set: `${lacks.path}.resources.requests.${resource} of ${titleOf(target)}`,
      })),
    );
  },
};

interface Measure {
  readonly path: string;
  readonly resource: string;
  /** Null: the pod as a whole. */
  readonly container: string | null;
}

function measured({ object: { apiVersion, spec } }: LintFile): readonly Measure[] {
  const path = 'spec.targetCPUUtilizationPercentage';
  const isFirst = apiVersion === 'autoscaling/v1' && number(spec?.targetCPUUtilizationPercentage, -1) >= 0;
  const named = records(spec?.metrics).flatMap((metric, index) => {
    const source = metric.type === 'ContainerResource' ? metric.containerResource : metric.type === 'Resource' ? metric.resource : null;
    const isPercent = at(source, 'target.type') === 'Utilization' || at(source, 'targetAverageUtilization') !== undefined;
    const container = metric.type === 'ContainerResource' ? text(at(source, 'container')) : null;
    return isPercent ? [{ path: `spec.metrics[${index}]`, resource: text(at(source, 'name')), container }] : [];
  });
  return isFirst ? [...named, { path, resource: 'cpu', container: null }] : named;
}

/** Limits stand for requests where these are not written. */
function lacking(target: LintFile, resource: string, container: string | null): readonly Container[] {
  return containersIn(target, 'containers').filter(({ name, fields: { resources } }) => {
    const asks = [at(resources, `requests.${resource}`), at(resources, `limits.${resource}`)].some(value => value !== undefined);
    return !asks && (container === null || container === name);
  });
}
