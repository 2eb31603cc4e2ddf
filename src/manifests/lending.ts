/** What a record can have done with the pipeline's rights: whoever may write ConfigMaps must not get them. */
import type { KubeObject, Ref } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import { isOurs, MANAGER } from './names.ts';
import { isOfApply, isOfClientSide } from './owners.ts';
import { groupOf, refOf } from './refs.ts';

/** Groups of kinds by which rights are given, or by which the API server itself is changed. */
const GRANTING = [
  'rbac.authorization.k8s.io',
  'authorization.openshift.io',
  'security.openshift.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'certificates.k8s.io',
];

/** From which namespace a record speaks, and which kinds have none whatever it says. */
export interface Lender {
  readonly namespace: string;
  readonly live: Pick<Live, 'unspaced'>;
}

/** "rbac.authorization.k8s.io/Role" */
export const kindKey = ({ apiVersion, kind }: Pick<Ref, 'apiVersion' | 'kind'>): string => `${groupOf(apiVersion)}/${kind}`;

/** Whether the record alone is enough to touch an object: in its own namespace, and nothing that gives rights. */
export const isLentRef = (ref: Ref, { namespace, live: { unspaced = [] } }: Lender): boolean =>
  ref.namespace === namespace && !GRANTING.includes(groupOf(ref.apiVersion)) && !unspaced.includes(kindKey(ref));

/** Whether the record alone is enough to write an object with this content. */
export const isLent = (object: KubeObject, lender: Lender): boolean =>
  isLentRef(refOf(object), lender) && object.type !== 'kubernetes.io/service-account-token';

/**
 * Whether an object shows by itself that a rollout made it: by our label, or as made by the apply of files since the record exists. A uid in
 * the record shows nothing.
 */
export function showsOurs(object: KubeObject, recordCreatedAt: number): boolean {
  const { creationTimestamp = '', managedFields = [] } = object.metadata;
  const isYounger = Date.parse(creationTimestamp) >= recordCreatedAt;
  const makers = managedFields.filter(({ subresource, time = '' }) => !subresource && Date.parse(time) <= Date.parse(creationTimestamp));
  const isByUs = managedFields.some(isOfApply) && !managedFields.some(isOfClientSide);
  return isOurs(object) || (isYounger && isByUs && makers.every(entry => isOfApply(entry) || entry.manager === MANAGER));
}
