/** Services that lead to stable now, and to nobody once the files are applied. */
import { records } from '../../manifests/json.ts';
import { nameOf, refOf } from '../../manifests/refs.ts';
import { picks } from '../../manifests/selectors.ts';
import { labelsOf, texts } from '../../manifests/template.ts';
import type { JsonObject, KubeObject } from '../../model/kube.ts';
import type { App } from '../world/app.ts';
import { changeOf, leadsTo } from '../world/ports.ts';

/** The API server takes such a Service without a word, and the variants have Services of their own: only behind the promote would nobody answer. */
export function unreachedNotices(app: App): readonly string[] {
  const { base, next, request, services } = app;
  const { action } = request.inputs;
  if (!base || !next || (action !== 'deploy' && action !== 'promote')) return [];
  return services.flatMap(service => {
    const { was, given } = changeOf(service, app);
    if (given === service || !leadsTo(base, was) || leadsTo(next, given)) return [];
    return [
      `${nameOf(refOf(service))} leads to the pods of stable, and as the files have it to none of the new version: ${whyNot(next, given)}. Nothing would answer there behind the promote. Correct the Service, or the template.`,
    ];
  });
}

function whyNot(next: JsonObject, { spec }: KubeObject): string {
  const selector = texts(spec?.selector);
  if (spec?.type === 'ExternalName') return 'it is of type ExternalName';
  if (Object.keys(selector).length === 0) return 'it has no selector';
  const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
  if (!picks(selector, labelsOf(next))) return `the template does not have all labels of its selector (${labels.join(', ')})`;
  return `no container has a port of the name that a targetPort gives (${namesIn(spec).join(', ')})`;
}

const namesIn = (spec: KubeObject['spec']): readonly string[] =>
  records(spec?.ports).map(({ port, targetPort }) => String(targetPort ?? port));
