/** How Flagger calls what it makes beside a workload. */
import type { KubeObject } from '../model/kube.ts';
import { at } from './json.ts';
import { texts } from './template.ts';

/** Behind the names of the Deployment and the Service of the version that gets the requests, and behind the value of one label. */
export const PRIMARY = '-primary';

type Labels = Readonly<Record<string, string>>;

/** The label by which a Deployment is the primary of one with that selector: `app: web-primary` for `app: web`; undefined where it is none. */
export const primaryKey = (primary: KubeObject, selector: Labels): string | undefined =>
  Object.entries(texts(at(primary, 'spec.selector.matchLabels'))).find(([key, value]) => value === `${selector[key]}${PRIMARY}`)?.[0];
