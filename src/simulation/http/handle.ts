/** Answers one request to the API. */
import type { Json, JsonObject } from '../../model/kube.ts';
import type { Api, Target, WriteOptions } from '../api/api.ts';
import { targetOf } from '../api/api.ts';
import { applyObject } from '../api/apply.ts';
import { createObject } from '../api/create.ts';
import { ApiFailure, badRequest, invalid, required } from '../api/failure.ts';
import { listObjects, type Selection } from '../api/list.ts';
import { type Patch, patchObject } from '../api/patch.ts';
import { isAnswer, type Propagation, plainRemoval, type Removal, removeObject } from '../api/remove.ts';
import { isScale, scaleOf, scaleTo } from '../api/scale.ts';
import { readLive, replaceObject } from '../api/update.ts';
import { askServer, askWebhooks } from '../api/webhooks.ts';
import { at, isList, isObject, numberAt, textAt } from '../json.ts';
import { attemptOn, authorize, isAllowed, rulesFor, type User } from './authorize.ts';
import { listType, table } from './table.ts';

/** A request about objects, its parts read. */
export interface ApiRequest {
  readonly method: string;
  readonly target: Target;
  readonly params: URLSearchParams;
  readonly accept: string;
  readonly contentType: string;
  readonly userAgent: string;
  readonly user: User;
  readonly body: Json | undefined;
}

/** What is answered to a request about objects. */
export interface ApiAnswer {
  readonly code: number;
  readonly body: JsonObject;
  readonly warnings: readonly string[];
}

/** The answer to a request about objects; throws `ApiFailure`. */
export function handle(api: Api, request: ApiRequest): ApiAnswer {
  const warnings: string[] = [];
  const options = writeOptions(request, warnings);
  if (request.target.resource.group === 'authorization.k8s.io') return { ...review(api, request), warnings };
  authorize(api, request.user, attemptOn(named(request), verbOf(request)));
  askOthers(api, request, options);
  return { ...answer(api, request, options), warnings };
}

/** Who lists or watches what has one name means that object: so does RBAC. */
export function named({ target, params }: Pick<ApiRequest, 'target' | 'params'>): Target {
  const only = /(?:^|,)metadata\.name=([^,]+)/.exec(params.get('fieldSelector') ?? '')?.[1];
  return target.name === '' && only !== undefined ? { ...target, name: only } : target;
}

/** Who else is asked: the server whose API it is, and webhooks about a write. */
function askOthers(api: Api, { target, method, params, body }: ApiRequest, { dryRun }: WriteOptions): void {
  askServer(api, target);
  if (method === 'GET' || (method === 'DELETE' && target.name === '')) return;
  const live = api.store.get(target.resource.key, target.namespace, target.name);
  const isDryRun = dryRun || (method === 'DELETE' && removalOf(params, body).dryRun === true);
  const object = live ?? (isObject(body) ? body : {});
  const operation = method === 'DELETE' ? 'DELETE' : live === undefined ? 'CREATE' : 'UPDATE';
  askWebhooks(api, { target, operation, object, dryRun: isDryRun });
}

type Answer = Omit<ApiAnswer, 'warnings'>;

/** The verb by which RBAC knows a request. */
export function verbOf({ method, target, params }: Pick<ApiRequest, 'method' | 'target' | 'params'>): string {
  const isWatch = params.get('watch') === 'true' || params.get('watch') === '1';
  if (method === 'GET') return isWatch ? 'watch' : target.name === '' ? 'list' : 'get';
  if (method === 'DELETE') return target.name === '' ? 'deletecollection' : 'delete';
  return { POST: 'create', PUT: 'update', PATCH: 'patch' }[method] ?? method.toLowerCase();
}

function answer(api: Api, request: ApiRequest, options: WriteOptions): Answer {
  switch (verbOf(request)) {
    case 'get':
      return { code: 200, body: readOne(api, request) };
    case 'list':
      return { code: 200, body: readMany(api, request) };
    case 'create':
      return create(api, request, options);
    case 'update':
      return { code: 200, body: update(api, request, options) };
    case 'patch':
      return patch(api, request, options);
    case 'delete':
      return remove(api, request);
    case 'deletecollection':
      return removeMany(api, request);
    default:
      throw new ApiFailure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
  }
}

/** Selectors of a request's query. */
export function selectionOf(params: URLSearchParams): Selection {
  return { labels: params.get('labelSelector') ?? '', fields: params.get('fieldSelector') ?? '' };
}

function readOne(api: Api, { target, accept }: ApiRequest): JsonObject {
  const live = readLive(api, target);
  if (isScale(target)) return scaleOf(live);
  return accept.includes('as=Table')
    ? table(target.resource, [live], { resourceVersion: textAt(live, 'metadata', 'resourceVersion'), now: api.clock.now() })
    : live;
}

function readMany(api: Api, { target, params, accept }: ApiRequest): JsonObject {
  const items = listObjects(api, target, selectionOf(params));
  const resourceVersion = String(api.store.version());
  if (accept.includes('as=Table')) return table(target.resource, items, { resourceVersion, now: api.clock.now() });
  return {
    ...listType(target.resource),
    metadata: { resourceVersion },
    items: target.resource.custom === null ? items.map(untyped) : items,
  };
}

/** Items of built-in lists do not name their type. */
function untyped({ apiVersion: _, kind: __, ...rest }: JsonObject): JsonObject {
  return rest;
}

function create(api: Api, { target, body }: ApiRequest, options: WriteOptions): Answer {
  if (target.subresource !== '')
    throw new ApiFailure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
  return { code: 201, body: createObject(api, { target, options }, objectBody(body)) };
}

function update(api: Api, { target, body }: ApiRequest, options: WriteOptions): JsonObject {
  return isScale(target) ? scaleTo(api, { target, options }, objectBody(body)) : replaceObject(api, { target, options }, objectBody(body));
}

function patch(api: Api, request: ApiRequest, options: WriteOptions): Answer {
  const { target, contentType, body } = request;
  if (contentType.startsWith('application/apply-patch')) return apply(api, request, options);
  const types: Readonly<Record<string, Patch['type']>> = {
    'json-patch': 'json',
    'merge-patch': 'merge',
    'strategic-merge-patch': 'strategic',
  };
  const type = types[/^application\/([a-z-]+)\+json/.exec(contentType)?.[1] ?? ''];
  if (type === undefined || body === undefined)
    throw new ApiFailure(415, 'UnsupportedMediaType', `the body of the request was in an unknown format: ${contentType}`);
  return { code: 200, body: patchObject(api, { target, options }, { type, body }) };
}

function apply(api: Api, { target, body, params, user }: ApiRequest, options: WriteOptions): Answer {
  if ((params.get('fieldManager') ?? '') === '') {
    throw invalid({ group: 'meta.k8s.io', plural: '', kind: 'PatchOptions', name: '' }, [
      required('fieldManager', 'is required for apply patch'),
    ]);
  }
  const exists = api.store.get(target.resource.key, target.namespace, target.name) !== undefined;
  if (!exists) authorize(api, user, attemptOn(target, 'create'));
  const { object, created } = applyObject(api, { target, options }, objectBody(body));
  return { code: created ? 201 : 200, body: object };
}

function remove(api: Api, { target, params, body }: ApiRequest): Answer {
  const removed = removeObject(api, target, removalOf(params, body));
  const { object } = removed;
  if (isAnswer(target, removed)) return { code: 200, body: object };
  const { group, plural: kind } = target.resource;
  const details = { name: target.name, ...(group === '' ? {} : { group }), kind, uid: textAt(object, 'metadata', 'uid') };
  return { code: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } };
}

function removeMany(api: Api, { target, params, body }: ApiRequest): Answer {
  const removal = removalOf(params, body);
  const items = listObjects(api, target, selectionOf(params));
  for (const item of items) removeObject(api, targetOf(target.resource, item), removal);
  return { code: 200, body: { ...listType(target.resource), metadata: { resourceVersion: String(api.store.version()) }, items } };
}

function removalOf(params: URLSearchParams, body: Json | undefined): Removal {
  const asked = textAt(body, 'propagationPolicy') || (params.get('propagationPolicy') ?? '');
  const propagation: Propagation | null = asked === 'Foreground' || asked === 'Background' || asked === 'Orphan' ? asked : null;
  const grace = at(body, 'gracePeriodSeconds') ?? (params.has('gracePeriodSeconds') ? Number(params.get('gracePeriodSeconds')) : null);
  return {
    ...plainRemoval,
    uid: textAt(body, 'preconditions', 'uid'),
    resourceVersion: textAt(body, 'preconditions', 'resourceVersion'),
    propagation,
    graceSeconds: typeof grace === 'number' ? grace : null,
    dryRun: params.get('dryRun') === 'All' || at(body, 'dryRun', 0) === 'All',
  };
}

function writeOptions({ params, userAgent }: ApiRequest, warnings: string[]): WriteOptions {
  const validation = params.get('fieldValidation');
  return {
    manager: params.get('fieldManager') || (userAgent.split('/')[0] ?? 'unknown'),
    dryRun: params.getAll('dryRun').includes('All'),
    force: params.get('force') === 'true',
    validation: validation === 'Strict' || validation === 'Ignore' ? validation : 'Warn',
    warn: text => warnings.push(text),
  };
}

function objectBody(body: Json | undefined): JsonObject {
  if (isObject(body)) return body;
  throw badRequest(isList(body) ? 'the body is a list, an object is expected' : 'the body of the request is not an object');
}

/** SelfSubjectAccessReview and SelfSubjectRulesReview: what `kubectl auth can-i` asks, and with `--list`. */
function review(api: Api, { user, body, target }: ApiRequest): Answer {
  if (target.resource.kind === 'SelfSubjectRulesReview') {
    const resourceRules = rulesFor(api, user, textAt(body, 'spec', 'namespace'));
    return { code: 201, body: { ...objectBody(body), status: { resourceRules, nonResourceRules: [], incomplete: false } } };
  }
  const asked = at(body, 'spec', 'resourceAttributes');
  const part = textAt(asked, 'subresource');
  const attempt = {
    verb: textAt(asked, 'verb'),
    group: textAt(asked, 'group'),
    resource: `${textAt(asked, 'resource')}${part === '' ? '' : `/${part}`}`,
    namespace: textAt(asked, 'namespace'),
    name: textAt(asked, 'name'),
  };
  return { code: 201, body: { ...objectBody(body), status: { allowed: isAllowed(api, user, attempt) } } };
}

/** Seconds that a watch lasts, 0 for the server's choice. */
export function timeoutOf(params: URLSearchParams): number {
  return numberAt({ seconds: Number(params.get('timeoutSeconds') ?? 0) }, 0, 'seconds');
}
