import type { Readiness } from '../model/event.ts';
import type { KubeObject } from '../model/kube.ts';
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
