import { at, record, text } from '../manifests/json.ts';
import { groupOf } from '../manifests/refs.ts';
import { picks } from '../manifests/selectors.ts';
import { labelsOf, templateOf, texts } from '../manifests/template.ts';
import type { Readiness } from '../model/event.ts';
import type { KubeObject } from '../model/kube.ts';
import { isWithin } from '../model/within.ts';
import { condition } from './seen.ts';

/** An APIService is ready when the API server reaches the server behind it: until then every list of its kinds fails, also those of other tools. */
export function apiService(object: KubeObject): Readiness {
  const { name } = object.metadata;
  const available = condition(object, 'Available');
  if (available?.status === 'True') return { state: 'ready', text: `APIService ${name}: available` };
  const why = available ? `${available.reason}: ${available.message}` : 'not asked yet';
  return { state: 'waiting', text: `APIService ${name}: ${why}`, hint: HINT };
}

const HINT = 'Check the Service that it names: its port, its certificate (caBundle), and that a pod behind it is ready.';

/** An object of the files, as it was before they came, and all of them. */
export interface Coming {
  readonly file: KubeObject;
  readonly before: KubeObject | undefined;
  readonly files: readonly KubeObject[];
}

/**
 * Whether it is an APIService that nobody reached before, that the file leaves as it is, and whose server is none of these workloads: nothing in this
 * run brings it up.
 */
export function isLeftDown({ file, before, files }: Coming): boolean {
  if (file.kind !== 'APIService' || groupOf(file.apiVersion) !== 'apiregistration.k8s.io' || !before) return false;
  return condition(before, 'Available')?.status === 'False' && isWithin(file.spec, before.spec) && !isServedBy(file, files);
}

function isServedBy({ spec }: KubeObject, files: readonly KubeObject[]): boolean {
  const { name, namespace } = record(spec?.service);
  const isThere = ({ metadata }: KubeObject): boolean => metadata.namespace === text(namespace);
  const [service] = files.filter(file => file.kind === 'Service' && file.metadata.name === name && isThere(file));
  const selector = texts(at(service, 'spec.selector'));
  return files.some(file => isThere(file) && picks(selector, labelsOf(templateOf(file))));
}
