/** What a dry run of the user's files is refused with, in words of the files. */
import { RolloutError } from '../../errors.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Manifest } from '../../model/request.ts';
import { DEPLOYMENT } from '../../workloads/deployment.ts';

/** What is refused: a file's object, and its place where there are files. */
export interface Refused {
  readonly object: KubeObject;
  readonly from?: string | undefined;
}

/** Throws what a dry run of a file was refused with. */
export const refusedAs =
  ({ object, from }: Refused) =>
  (error: unknown): never => {
    if (!(error instanceof RolloutError)) throw error;
    if (/immutable/.test(error.message)) throw asImmutable(error, { object, from });
    throw from === undefined ? error : refusalOf({ object, from }, error);
  };

/** The namespace that is not there, where that is what a file is refused over. */
export const missingNamespace = ({ message }: RolloutError): string | null => /namespaces "([^"]*)" not found/.exec(message)?.[1] ?? null;

/** A refusal of a dry run, with what of the user's it is about: a namespace that is not there, or the place in the files. */
export function refusalOf({ object, from }: Manifest, error: RolloutError): RolloutError {
  const told = (message: string, hint: string): RolloutError => new RolloutError(error.code, message, hint, { cause: error });
  const lost = missingNamespace(error);
  // What is said of a Secret is hidden, and its namespace with it.
  if (lost !== null)
    return told(
      `${from}: Namespace ${object.metadata.namespace ?? lost} does not exist.`,
      'Create it, or correct the namespace: in the file or, if that names none, in the input.',
    );
  return error.code === 'INVALID' || error.code === 'CONFLICT' ? told(`${from}: ${error.message}`, `Correct ${from}.`) : error;
}

const IN_PLACE = 'The field cannot be changed in place: keep its old value, or give the object a new name and remove the old one.';

/** An object that cannot be changed in place is replaced by one of another name; how it gets that is a matter of its kind. */
const WAYS: ReadonlyMap<string, (name: string) => string> = new Map([
  [
    'Job',
    (name: string) =>
      `Job ${name} already exists, and the template of a Job cannot be changed. Give every run its own Job (generateName: ${name}- instead of name, or a tag in the name), ` +
      'or set ttlSecondsAfterFinished, so that it is gone before the next one. Delete the existing Job to continue now.',
  ],
  [
    DEPLOYMENT.kind,
    () =>
      `${IN_PLACE} Where a canary of Azure/k8s-deploy or KubernetesManifest has put its label into the selector, adopt: true takes the pods over.`,
  ],
  ['ConfigMap', (name: string) => newNameOf('ConfigMap', name)],
  ['Secret', (name: string) => newNameOf('Secret', name)],
]);

const newNameOf = (kind: string, name: string): string =>
  `Give the ${kind} a new name (${name}-2, or one with a tag), and refer to it in the pod templates; the old one stays for the running pods.`;

function asImmutable(error: RolloutError, { object: { kind, metadata }, from }: Refused): RolloutError {
  const message = from === undefined ? error.message : `${from}: ${error.message}`;
  const hint = WAYS.get(kind)?.(metadata.name) ?? IN_PLACE;
  return new RolloutError('IMMUTABLE_FIELD', message, hint, { cause: error });
}
