/** The API's errors: a `Status` with code, reason and causes. */
import type { JsonObject } from '../../model/kube.ts';

/** One field that is wrong. */
export interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** The details of a `Status`. */
export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly Cause[];
  readonly retryAfterSeconds?: number;
}

/** What a request is about, as messages name it. */
export interface Subject {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
  readonly name: string;
}

/** Why a request was refused, with what the `Status` says beside it. */
export interface Explained {
  readonly message: string;
  readonly details: StatusDetails;
}

/** A refused request; thrown inside the API and answered as a `Status`. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly details: StatusDetails;

  constructor(
    readonly code: number,
    readonly reason: string,
    why: string | Explained,
  ) {
    super(typeof why === 'string' ? why : why.message);
    this.details = typeof why === 'string' ? {} : why.details;
  }
}

/** The failure as the body of an answer. */
export function statusOf(failure: ApiFailure): JsonObject {
  const { reason, code, message } = failure;
  const bare = failure.code !== 404 && failure.code !== 422;
  const details = bare && Object.keys(failure.details).length === 0 ? {} : { details: { ...failure.details } as unknown as JsonObject };
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === '' ? {} : { reason }),
    ...details,
    code,
  };
}

/** 404: there is no such object. */
export function notFound(subject: Subject): ApiFailure {
  return new ApiFailure(404, 'NotFound', {
    message: `${resourceText(subject)} "${subject.name}" not found`,
    details: pluralDetails(subject),
  });
}

/** 409: there is one already. */
export function alreadyExists(subject: Subject): ApiFailure {
  return new ApiFailure(409, 'AlreadyExists', {
    message: `${resourceText(subject)} "${subject.name}" already exists`,
    details: pluralDetails(subject),
  });
}

/** 409: another version, or a precondition that does not hold. */
export function conflict(subject: Subject, why = modified): ApiFailure {
  const text = `Operation cannot be fulfilled on ${resourceText(subject)} "${subject.name}": ${why}`;
  return new ApiFailure(409, 'Conflict', { message: text, details: pluralDetails(subject) });
}

const modified = 'the object has been modified; please apply your changes to the latest version and try again';

/** 422: fields that are wrong. */
export function invalid(subject: Subject, causes: readonly Cause[]): ApiFailure {
  const errors = causes.map(cause => (cause.field === '' ? cause.message : `${cause.field}: ${cause.message}`));
  const unique = [...new Set(errors)];
  const all = unique.length === 1 ? unique[0] : `[${unique.join(', ')}]`;
  const kind = subject.group === '' ? subject.kind : `${subject.kind}.${subject.group}`;
  const details = {
    ...(subject.name === '' ? {} : { name: subject.name }),
    ...(subject.group === '' ? {} : { group: subject.group }),
    kind: subject.kind,
    causes,
  };
  return new ApiFailure(422, 'Invalid', { message: `${kind} "${subject.name}" is invalid: ${all}`, details });
}

/** 400: a body or a parameter that cannot be understood. */
export function badRequest(message: string): ApiFailure {
  return new ApiFailure(400, 'BadRequest', message);
}

/** 403 with a reason of admission or authorisation. */
export function forbidden(subject: Subject, why: string, causes: readonly Cause[] = []): ApiFailure {
  const name = subject.name === '' ? '' : ` "${subject.name}"`;
  const details = { ...pluralDetails(subject), ...(causes.length === 0 ? {} : { causes }) };
  return new ApiFailure(403, 'Forbidden', { message: `${resourceText(subject)}${name} is forbidden: ${why}`, details });
}

/** `deployments.apps`, `pods`. */
export function resourceText(subject: Pick<Subject, 'group' | 'plural'>): string {
  return subject.group === '' ? subject.plural : `${subject.plural}.${subject.group}`;
}

/** A cause: a field without a value. */
export function required(field: string, detail = ''): Cause {
  return { reason: 'FieldValueRequired', message: detail === '' ? 'Required value' : `Required value: ${detail}`, field };
}

/** A cause: a field with a value that cannot be. */
export function invalidValue(field: string, value: unknown, detail: string): Cause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${valueText(value)}: ${detail}`, field };
}

/** A cause: a value out of a list. */
export function unsupported(field: string, value: unknown, supported: readonly string[]): Cause {
  const list = [...supported].sort().map(item => JSON.stringify(item));
  return {
    reason: 'FieldValueNotSupported',
    message: `Unsupported value: ${valueText(value)}: supported values: ${list.join(', ')}`,
    field,
  };
}

function valueText(value: unknown): string {
  return value === undefined || value === null ? 'null' : JSON.stringify(value);
}

function pluralDetails(subject: Subject): StatusDetails {
  return {
    ...(subject.name === '' ? {} : { name: subject.name }),
    ...(subject.group === '' ? {} : { group: subject.group }),
    kind: subject.plural,
  };
}
