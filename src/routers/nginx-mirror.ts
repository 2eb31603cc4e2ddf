import { RolloutError } from '../errors.ts';
import { at, number, records, text } from '../manifests/json.ts';
import { keyOf, nameOf, refOf } from '../manifests/refs.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Change, Live } from '../model/live.ts';
import type { Root } from '../model/router.ts';
import { annotationEdits, patchWith } from './edits.ts';
import { pathsOf } from './ingress.ts';
import { type Copy, shadowOf, shadowService } from './mirrors.ts';
import { NGINX } from './nginx-annotations.ts';

const TARGET = `${NGINX}mirror-target`;
const HOST = `${NGINX}mirror-host`;

/** Where the mirror goes, and what tells the port's number. */
interface Target {
  readonly root: Root;
  readonly live: Pick<Live, 'objects'>;
}

/**
 * The changes that make the user's Ingress copy its requests to the canary, or stop it; the annotations are the only ones touched.
 * @throws RolloutError UNSUPPORTED for a part of the requests, or for an Ingress that mirrors already or leads elsewhere too.
 */
export function mirrorChanges(main: KubeObject, copies: readonly Copy[], target: Target): readonly Change[] {
  const [copy] = copies;
  if (!copy) {
    return isMirrored(main, target.root) ? patchWith(main, annotationEdits(main, { [TARGET]: undefined, [HOST]: undefined })) : [];
  }
  refuse(main, copies, target.root);
  return patchWith(main, annotationEdits(main, annotationsFor(main, copy, target)));
}

/** Whether the Ingress copies its requests to a version of this root. */
export function isMirrored({ metadata: { annotations = {} } }: KubeObject, root: Root): boolean {
  const [, service = '', namespace] = /^http:\/\/([^.:/]+)\.([^.:/]+)\.svc\.cluster\.local:/.exec(text(annotations[TARGET])) ?? [];
  return namespace === root.namespace && shadowOf(service, root) !== null;
}

/** The name in full: nginx resolves it without the pod's search domains. */
const addressOf = (shadow: string, root: Root): string => `${shadowService(shadow, root)}.${root.namespace}.svc.cluster.local`;

/** The copy asks for the host that the original asked for, where there is just one. */
function annotationsFor(main: KubeObject, [shadow]: Copy, { root, live }: Target): Readonly<Record<string, string>> {
  const hosts = [...new Set(pathsOf(main).map(({ host }) => host))];
  const [host] = hosts;
  return {
    [TARGET]: `http://${addressOf(shadow, root)}:${portOf(main, { root, live })}$request_uri`,
    ...(host && hosts.length === 1 ? { [HOST]: host } : {}),
  };
}

function portOf(main: KubeObject, { root, live }: Target): number {
  const port = pathsOf(main).find(({ service }) => service === root.service)?.port ?? at(main, 'spec.defaultBackend.service.port');
  const service = live.objects[keyOf({ apiVersion: 'v1', kind: 'Service', namespace: root.namespace, name: root.service })];
  const named = records(at(service, 'spec.ports')).find(({ name }) => name === at(port, 'name'));
  return number(at(port, 'number'), number(named?.port, 80));
}

function refuse(main: KubeObject, copies: readonly Copy[], root: Root): void {
  const part = copies.find(([, percentage]) => percentage !== 100);
  const several = copies.length > 1 ? 'it copies requests to one Service only' : reason(main, root);
  const why = part ? `it copies all requests, not ${part[1]} % of them` : several;
  if (why === '') return;
  throw new RolloutError(
    'UNSUPPORTED',
    `${nameOf(refOf(main))} cannot be mirrored: ${why}`,
    'Give the Service an Ingress of its own without mirror-target, or choose a traffic-split-method that mirrors by rule.',
  );
}

function reason(main: KubeObject, root: Root): string {
  const other = pathsOf(main).find(({ service }) => service !== root.service);
  if (other) return `ingress-nginx mirrors a whole Ingress, and this one leads to Service ${other.service} too`;
  return main.metadata.annotations?.[TARGET] && !isMirrored(main, root) ? 'it has a mirror-target already' : '';
}
