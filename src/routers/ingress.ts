import { at, record, records, text } from '../manifests/json.ts';
import type { KubeObject } from '../model/kube.ts';
import type { RouteKind } from './carriers.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The kind that every Ingress controller reads. */
export const INGRESS: RouteKind = { group: 'networking.k8s.io', kind: 'Ingress', versions: ['v1'] };

/** A path of an Ingress with the Service that it leads to. */
export interface IngressPath {
  /** Empty: any. */
  readonly host: string;
  /** As the Ingress has it. */
  readonly fields: Fields;
  readonly service: string;
  /** The backend's port, by number or by name. */
  readonly port: Fields;
}

/** The class that an Ingress names, by its field or by the older annotation; empty when it leaves it to the cluster. */
export const classOf = ({ metadata, spec }: KubeObject): string =>
  text(spec?.ingressClassName) || text(metadata.annotations?.['kubernetes.io/ingress.class']);

/** Whether it bears any annotation with this prefix. */
export const hasAnnotations = ({ metadata }: KubeObject, prefix: string): boolean =>
  Object.keys(metadata.annotations ?? {}).some(key => key.startsWith(prefix));

/** All paths of an Ingress, in their order. */
export function pathsOf({ spec }: KubeObject): readonly IngressPath[] {
  return records(spec?.rules).flatMap(rule =>
    records(at(rule, 'http.paths')).map(fields => ({
      host: text(rule.host),
      fields,
      service: serviceIn(fields.backend),
      port: record(at(fields, 'backend.service.port')),
    })),
  );
}

/** The Service that takes what no path matches; empty when there is none. */
export const defaultService = ({ spec }: KubeObject): string => serviceIn(spec?.defaultBackend);

/** Whether an Ingress leads requests to a Service. */
export const leadsTo = (ingress: KubeObject, service: string): boolean =>
  defaultService(ingress) === service || pathsOf(ingress).some(path => path.service === service);

/** The name in a backend: a Service's, or with AWS one of an action. */
export const serviceIn = (backend: unknown): string => text(at(backend, 'service.name'));
