/** Kinds whose objects make pods: its API group, and where it carries the pods' template (a dotted path; empty for a Pod itself). */
export interface PodMaker {
  readonly group: string;
  readonly kind: string;
  readonly template: string;
}

const apps = (kind: string): PodMaker => ({ group: 'apps', kind, template: 'spec.template' });

/** Every kind that makes pods by itself. */
export const POD_MAKERS: readonly PodMaker[] = [
  { group: 'core', kind: 'Pod', template: '' },
  { group: 'core', kind: 'ReplicationController', template: 'spec.template' },
  apps('ReplicaSet'),
  apps('Deployment'),
  apps('StatefulSet'),
  apps('DaemonSet'),
  { group: 'batch', kind: 'Job', template: 'spec.template' },
  { group: 'batch', kind: 'CronJob', template: 'spec.jobTemplate.spec.template' },
];

/** What carries a template of pods: those, the kinds that they were before they were in `apps`, and the template alone. */
export const POD_TEMPLATES: readonly PodMaker[] = [
  ...POD_MAKERS,
  ...['Deployment', 'ReplicaSet', 'DaemonSet'].map(kind => ({ ...apps(kind), group: 'extensions' })),
  { group: 'core', kind: 'PodTemplate', template: 'template' },
];
