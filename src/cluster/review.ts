import type { JsonObject } from '../model/kube.ts';
import type { Reviewing } from '../model/permission.ts';
import { fieldsOf } from './kubeconfig-fields.ts';
import type { Requests } from './requests.ts';
import { strange } from './strange.ts';

type Kind = Parameters<NonNullable<Reviewing['review']>>[0];

/** Asks what this login may do, or who it is; the `status` of the answer. Throws what the API server refuses. */
export async function review(requests: Requests, kind: Kind, spec: JsonObject): Promise<JsonObject> {
  const resource = `${kind.toLowerCase()}s`;
  const group = kind === 'SelfSubjectReview' ? 'authentication.k8s.io' : 'authorization.k8s.io';
  const about = { verb: 'create', group, resource, kind, namespace: null, name: null } as const;
  const body = JSON.stringify({ apiVersion: `${group}/v1`, kind, ...(Object.keys(spec).length > 0 ? { spec } : {}) });
  const path = `/apis/${group}/v1/${resource}`;
  const answer = await requests.json({ method: 'POST', path, body, about, repeatable: true });
  const status = fieldsOf(fieldsOf(answer)?.status);
  if (!status) throw strange('what is no review');
  return status as JsonObject;
}
