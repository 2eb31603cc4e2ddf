/** Watches: the changes of a collection as they happen. */
import type { JsonObject } from '../../model/kube.ts';
import { type Api, inVersion, type Target } from '../api/api.ts';
import { ApiFailure, statusOf } from '../api/failure.ts';
import { listObjects, type Selection, selectionTest } from '../api/list.ts';
import { apiVersionOf } from '../schema/resource.ts';
import type { StoreEvent } from '../store/store.ts';

/** What a watch asks for. */
export interface WatchRequest {
  readonly target: Target;
  readonly selection: Selection;
  /** Empty: from now, everything that is there first. */
  readonly from: string;
  readonly initial: boolean;
  readonly bookmarks: boolean;
  /** 0 for the server's choice. */
  readonly timeoutSeconds: number;
}

/** Where a watch's events go. */
export interface WatchSink {
  /** `type` and `object` of one event. */
  send(type: string, object: JsonObject): void;
  end(): void;
}

const bookmarkEveryMilliseconds = 60_000;
const longestSeconds = 1800;

/** Sends events until the answer is called or the time is over; an old version is an ERROR with 410. */
export function watch(api: Api, request: WatchRequest, sink: WatchSink): () => void {
  const { target, selection } = request;
  const test = selectionTest(target, selection);
  const send = (event: StoreEvent): void => sendEvent(event, { target, test }, sink);
  const backlog = request.from === '' || request.from === '0' ? null : api.store.since(target.resource.key, Number(request.from));
  if (backlog === null && request.from !== '' && request.from !== '0') {
    sink.send('ERROR', statusOf(expired(api, request.from)));
    sink.end();
    return () => undefined;
  }
  if (backlog === null) sendCurrent(api, request, sink);
  else backlog.forEach(send);
  const stops = [
    api.store.subscribe(event => {
      if (event.key === target.resource.key) send(event);
    }),
    ...(request.bookmarks ? [bookmarks(api, target, sink)] : []),
    api.clock.after((request.timeoutSeconds || longestSeconds) * 1000, () => sink.end()),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function expired(api: Api, from: string): ApiFailure {
  return new ApiFailure(410, 'Expired', `too old resource version: ${from} (${api.store.oldest()})`);
}

function sendCurrent(api: Api, request: WatchRequest, sink: WatchSink): void {
  for (const object of listObjects(api, request.target, request.selection)) sink.send('ADDED', object);
  if (request.initial) sink.send('BOOKMARK', bookmark(api, request.target, { 'k8s.io/initial-events-end': 'true' }));
}

function sendEvent(
  event: StoreEvent,
  watched: { readonly target: Target; readonly test: (object: JsonObject) => boolean },
  sink: WatchSink,
): void {
  const is = event.type !== 'DELETED' && watched.test(event.object);
  const was = event.previous !== undefined && watched.test(event.previous);
  if (!is && !was) return;
  const type = is ? (was ? 'MODIFIED' : 'ADDED') : 'DELETED';
  sink.send(type, inVersion(watched.target.resource, event.object));
}

function bookmarks(api: Api, target: Target, sink: WatchSink): () => void {
  let stop = (): void => undefined;
  const next = (): void => {
    stop = api.clock.after(bookmarkEveryMilliseconds, () => {
      sink.send('BOOKMARK', bookmark(api, target, {}));
      next();
    });
  };
  next();
  return () => stop();
}

function bookmark(api: Api, { resource }: Target, annotations: Readonly<Record<string, string>>): JsonObject {
  const marks = Object.keys(annotations).length === 0 ? {} : { annotations };
  return {
    kind: resource.kind,
    apiVersion: apiVersionOf(resource),
    metadata: { resourceVersion: String(api.store.version()), creationTimestamp: null, ...marks },
  };
}
