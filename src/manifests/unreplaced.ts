/** Tokens of pipelines and templates that are left in a manifest. */
import type { KubeObject } from '../model/kube.ts';
import { isRecord } from './json.ts';

/** A field that still holds a token. */
export interface Unreplaced {
  readonly path: string;
  readonly token: string;
}

/** As the tasks that replace tokens in Azure Pipelines write them, with one word between. */
const HASHED = /#\{\s*[\w.-]+\s*\}#/;
/** As Helm, GitHub and Azure Pipelines write them. */
const BRACED = /\$?\{\{[^{}]*\}\}/;

/** What is written for other readers than the API server may hold braces for them: alerts, templates of resources, configuration. */
const BUILT_IN =
  /^(v1|(apps|batch|policy|autoscaling)\/.*|(networking|rbac\.authorization|storage|scheduling|discovery|certificates|coordination)\.k8s\.io\/.*)$/;
const FREE = ['ConfigMap', 'Secret'];

/** Fields whose text a pipeline was to fill in. Names and images are not among them: a token in one of these is an error. */
export function unreplacedIn(object: KubeObject): readonly Unreplaced[] {
  const isBraced = BUILT_IN.test(object.apiVersion) && !FREE.includes(object.kind);
  const tokenIn = (value: string): string | undefined => (HASHED.exec(value) ?? (isBraced ? BRACED.exec(value) : null))?.[0];
  return [...textsIn(object, '')].flatMap(({ path, value }) => {
    const token = path.endsWith('.image') ? undefined : tokenIn(value);
    return token === undefined ? [] : [{ path, token }];
  });
}

function* textsIn(value: unknown, path: string): Generator<{ readonly path: string; readonly value: string }> {
  if (typeof value === 'string') yield { path, value };
  if (Array.isArray(value)) for (const [i, item] of value.entries()) yield* textsIn(item, `${path}[${i}]`);
  if (isRecord(value)) for (const [key, item] of Object.entries(value)) yield* textsIn(item, path === '' ? key : `${path}.${key}`);
}
