/** Annotations that come back with a revision. */
import { escaped } from '../../manifests/patched.ts';
import type { KubeObject, PatchOperation } from '../../model/kube.ts';

/** What the controller and kubectl keep for themselves, and what is ours: no revision has it to give. */
const KEPT = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
];

const isKept = (name: string): boolean => KEPT.includes(name) || name.startsWith('kubernetes-rollout/');

type Annotations = Readonly<Record<string, string>>;

/** A revision's annotations of the user's, as the controller copied them from the Deployment. */
export const annotationsIn = ({ metadata }: KubeObject): Annotations =>
  Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([name]) => !isKept(name)));

/** The patch after which a Deployment has the annotations of a revision, one by one: what its controller writes meanwhile stays. */
export function annotationsOf(live: KubeObject, to: KubeObject): readonly PatchOperation[] {
  const [now, wanted] = [annotationsIn(live), annotationsIn(to)];
  const path = (name: string): string => `/metadata/annotations/${escaped(name)}`;
  const isFirst = live.metadata.annotations === undefined && Object.keys(wanted).length > 0;
  return [
    ...(isFirst ? [{ op: 'add', path: '/metadata/annotations', value: {} } as const] : []),
    ...Object.keys(now).flatMap(name => (name in wanted ? [] : [{ op: 'remove', path: path(name) } as const])),
    ...Object.entries(wanted).flatMap(([name, value]) => (now[name] === value ? [] : [{ op: 'add', path: path(name), value } as const])),
  ];
}
