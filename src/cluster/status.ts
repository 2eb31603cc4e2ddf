import { type ErrorCode, RolloutError } from '../errors.ts';
import { parsedJson } from '../model/json-path.ts';
import { deed, MissingPermissions } from '../model/permission.ts';
import { fieldsOf, listOf } from './kubeconfig-fields.ts';
import { scrubbed } from './scrub.ts';
import { NO_API_SERVER } from './strange.ts';

/** What a request is about, for the words of an error. */
export interface Subject {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';
  readonly group: string;
  /** As the API and RBAC spell it: "deployments". */
  readonly resource: string;
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string | null;
  /** A JSON patch whose operations test the old values. */
  readonly tests?: boolean;
}

/** The API's Status object, as far as it is shown. */
export interface Status {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly causes: readonly { readonly reason: string; readonly field: string; readonly message: string }[];
}

/** A refused server-side apply, with the managers and fields in the way. */
export class ApplyConflict extends RolloutError {
  constructor(
    /** What was refused, as after "could not". */
    readonly refused: string,
    readonly managers: readonly { readonly manager: string; readonly subresource: string | null; readonly field: string }[],
  ) {
    const list = managers.map(
      ({ manager, subresource, field }) => `${field} (${subresource === null ? manager : `${manager}, ${subresource}`})`,
    );
    const shown = [...new Set(list)].slice(0, 10).join(', ');
    const hint = 'Let one tool own these fields, or set force-conflicts to take them.';
    super('APPLY_CONFLICT', `Could not ${refused}: other field managers own ${shown}.`, hint);
  }
}

/** The error for an answer that is no success. */
export function refusal(
  answer: { readonly status: number; readonly text: string },
  about: Subject,
  scrub: (text: string) => string,
): RolloutError {
  const status = statusOf(answer);
  const conflicts = status.causes.filter(cause => cause.reason === 'FieldManagerConflict');
  if (conflicts.length > 0) return applyConflict(conflicts, about);
  const code = codeOf(status, about);
  const words = scrub(scrubbed(status, about.kind));
  if (isOfAnother(status, about))
    return new RolloutError('API_ERROR', `Could not ${deed(about)}: ${words}, though each API server serves them`, NO_API_SERVER);
  switch (code) {
    case 'FORBIDDEN':
      return forbidden(status, about, words);
    case 'UNAUTHORIZED':
      return new RolloutError(
        code,
        `The API server does not accept the login (401 when asked to ${deed(about)}).`,
        'Log in again, or renew the token or certificate of the kubeconfig.',
      );
    default:
      return new RolloutError(code, `Could not ${deed(about)}: ${words}`, HINTS[code] ?? "See the API server's words.");
  }
}

/** No API server lacks these kinds, and it gives its reasons. */
const isOfAnother = ({ code, reason }: Status, { verb, group }: Subject): boolean =>
  code === 404 && reason === '' && verb === 'list' && (group === '' || group === 'apps');

const HINTS: Readonly<Partial<Record<ErrorCode, string>>> = {
  NOT_FOUND: 'Somebody deleted it in between, or its namespace does not exist. Run the step again.',
  ALREADY_EXISTS: 'Somebody else created it. Delete it, or choose another name.',
  CONFLICT: 'Somebody else changed it in between. Run the step again.',
  INVALID: 'Correct the manifest.',
  TOO_MANY_REQUESTS: 'The API server is overloaded. Run the step again later.',
  API_ERROR: "Run the step again. If the error persists, ask the cluster's administrator.",
};

function statusOf(answer: { readonly status: number; readonly text: string }): Status {
  const fields = fieldsOf(parsedJson(answer.text)) ?? {};
  return {
    code: answer.status,
    reason: typeof fields.reason === 'string' ? fields.reason : '',
    message: String([fields.message, fields.error].find(words => typeof words === 'string') ?? wordsOfOther(answer)),
    causes: listOf(fieldsOf(fields.details)?.causes).map(cause => {
      const { reason, field, message } = fieldsOf(cause) ?? {};
      return { reason: String(reason ?? ''), field: String(field ?? ''), message: String(message ?? '') };
    }),
  };
}

/** What stands in between speaks in its own way; a page of it is not shown. */
function wordsOfOther({ status, text }: { readonly status: number; readonly text: string }): string {
  return status === 407
    ? 'HTTP status 407, from a proxy that requires a login'
    : `HTTP status ${status}${/^[\w ,.:;'()-]{1,200}\s*$/.test(text) ? `: ${text.trim()}` : ''}`;
}

function applyConflict(causes: Status['causes'], about: Subject): ApplyConflict {
  const managers = causes.map(cause => {
    const [, manager = 'unknown', subresource] = /conflict with "([^"]*)"(?: with subresource "([^"]*)")?/.exec(cause.message) ?? [];
    return { manager, subresource: subresource ?? null, field: cause.field };
  });
  return new ApplyConflict(deed(about), managers);
}

function codeOf(status: Status, about: Subject): ErrorCode {
  if (status.code === 409 && status.reason === 'AlreadyExists') return 'ALREADY_EXISTS';
  if (status.code === 422 && about.tests === true && isFailedTest(status)) return 'CONFLICT';
  return CODES.get(status.code) ?? (isWrongType(status.message) ? 'INVALID' : 'API_ERROR');
}

const CODES: ReadonlyMap<unknown, ErrorCode> = new Map([
  [400, 'INVALID'],
  [401, 'UNAUTHORIZED'],
  [403, 'FORBIDDEN'],
  [404, 'NOT_FOUND'],
  [409, 'CONFLICT'],
  [410, 'NOT_FOUND'],
  [422, 'INVALID'],
  [429, 'TOO_MANY_REQUESTS'],
]);

// A failed `test` and a missing path are told without any cause; validation names its fields.
function isFailedTest(status: Status): boolean {
  return status.causes.length === 0 && !/is invalid/.test(status.message);
}

function isWrongType(message: string): boolean {
  return /failed to create typed patch object|failed to convert new object|unable to convert unstructured/.test(message);
}

function forbidden(status: Status, about: Subject, words: string): RolloutError {
  const user = /User "([^"]+)"/.exec(status.message)?.[1];
  if (!/ cannot \w+ /.test(status.message)) {
    return new RolloutError(
      'FORBIDDEN',
      `Not allowed to ${deed(about)}: ${words}`,
      'A quota or an admission policy refuses it: see the message.',
    );
  }
  const who = user === undefined ? 'This login' : `"${user}"`;
  return new MissingPermissions([{ ...about, who }]);
}
