/** Where Services lead. */
import { records, text } from '../../manifests/json.ts';
import type { LintFile, Rule } from '../finding.ts';
import { containersIn, leadsTo, titleOf } from '../workload.ts';

/** A port that no container names leads nowhere, and the API server takes it without a word. */
export const unknownTargetPort: Rule = {
  code: 'unknown-target-port',
  level: 'warning',
  about: 'The name in a targetPort is that of a port of the containers.',
  remarks: (service, { files, services }) => {
    if (!services.includes(service)) return [];
    const picked = files.filter(file => leadsTo(service, file));
    const names = picked.flatMap(portsOf);
    return picked.length === 0
      ? []
      : records(service.object.spec?.ports).flatMap((port, index) => remarksOf(port, { index, service, names }));
  },
};

interface Within {
  readonly index: number;
  readonly service: LintFile;
  readonly names: readonly string[];
}

function remarksOf({ targetPort }: Readonly<Record<string, unknown>>, { index, service, names }: Within) {
  if (typeof targetPort !== 'string' || names.includes(targetPort)) return [];
  const path = `spec.ports[${index}].targetPort`;
  const known = names.length === 0 ? 'they name none' : `they have ${[...new Set(names)].join(', ')}`;
  const what = `${titleOf(service)}: targetPort ${targetPort} is the name of no port of the containers that it leads to (${known}), so nothing answers there.`;
  return [{ path, what, set: path }];
}

const portsOf = (file: LintFile): readonly string[] =>
  [...containersIn(file, 'containers'), ...containersIn(file, 'initContainers')]
    .flatMap(({ fields }) => records(fields.ports))
    .map(({ name }) => text(name))
    .filter(name => name !== '');
