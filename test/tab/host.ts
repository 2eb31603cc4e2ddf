/** Azure DevOps around the tab of a build, as far as the tab speaks to it: the page that frames it, and the REST API behind it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the tab showed in the end. */
export interface Shown {
  readonly said: string;
  /** The steps that can be chosen. */
  readonly steps: readonly string[];
  /** The report within its frame, and how the frame is bound and how high it is. */
  readonly report: string;
  readonly sandbox: string;
  readonly height: number;
  /** What anybody but the SDK told the host. */
  readonly strange: readonly string[];
  /** Wider than the window. */
  readonly isWide: boolean;
}

/** A build with attachments: their pages by name. */
export interface Host {
  readonly url: string;
  /** Path and token of each request to the API. */
  readonly asked: readonly string[];
  /** When the host's page has told what it sees. */
  readonly shown: Promise<Shown>;
  close(): Promise<void>;
}

const TOKEN = 'token-of-the-reader';

export async function openHost(tab: string, reports: Readonly<Record<string, string>>): Promise<Host> {
  const asked: string[] = [];
  let tell: (shown: Shown) => void = () => undefined;
  const shown = new Promise<Shown>(resolve => {
    tell = resolve;
  });
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    if (url.pathname === '/shown') {
      let body = '';
      for await (const part of request) body += part;
      tell(JSON.parse(body));
    }
    const own = { '/host': hostPage, '/tab': tab, '/shown': '' }[url.pathname];
    if (own === undefined) asked.push(`${url.pathname} ${request.headers.authorization}`);
    const [status, text] = own === undefined ? answerOf(url, request.headers.authorization, reports) : [200, own];
    response.writeHead(status, { 'content-type': text.startsWith('{') ? 'application/json' : 'text/html; charset=utf-8' }).end(text);
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/host`,
    asked,
    shown,
    close: async () => {
      server.closeAllConnections();
      await new Promise(done => server.close(done));
    },
  };
}

const BUILD = '/shop/project-1/_apis/build/builds/12';
const TYPE = 'kubernetes-rollout.report';

/** The API: a list of attachments, one of them of somebody else, and each of them. */
function answerOf(
  { pathname, origin }: URL,
  login: string | undefined,
  reports: Readonly<Record<string, string>>,
): readonly [number, string] {
  if (login !== `Bearer ${TOKEN}`) return [401, ''];
  if (pathname !== `${BUILD}/attachments/${TYPE}`) {
    const page = reports[decodeURIComponent(pathname.split('/').at(-1) ?? '')];
    return page === undefined ? [404, ''] : [200, page];
  }
  const value = Object.keys(reports).map((name, i) => ({
    name,
    _links: { self: { href: `${origin}${BUILD}/t/${i}/attachments/${TYPE}/${encodeURIComponent(name)}` } },
  }));
  const foreign = { name: 'foreign', _links: { self: { href: 'http://elsewhere.example/attachments/x' } } };
  return [200, JSON.stringify({ count: value.length + 1, value: [...value, foreign] })];
}

/** It answers the SDK's messages as Azure DevOps does, hands the build over, and tells what the tab shows once that has settled. */
const hostPage = `<!doctype html><html><body style="margin:0"><iframe id="tab" src="/tab" style="width:900px;height:700px;border:0"></iframe><script>
const tab = document.getElementById('tab');
const strange = [];
const proxy = id => ({ __proxyFunctionId: id });
const results = {
  initialHandshake: () => ({ contributionId: 'tab', context: { extension: {}, user: {}, host: {}, pageContext: {} }, initialConfig: { onBuildChanged: proxy(1) }, themeData: {} }),
  notifyLoadSucceeded: () => null,
  getService: () => ({ getServiceLocation: proxy(2) }),
  getAccessToken: () => ({ token: '${TOKEN}' }),
  proxy1: (token, [changed]) => void tab.contentWindow.postMessage(JSON.stringify({ id: 900, instanceId: '__proxyFunctions', methodName: 'proxy' + changed.__proxyFunctionId, params: [{ id: 12, project: { id: 'project-1' } }], handshakeToken: token }), '*'),
  proxy2: () => location.origin + '/shop',
};
addEventListener('message', ({ data, source }) => {
  let call = null;
  try { call = JSON.parse(data); } catch {}
  if (source !== tab.contentWindow || call === null) return void strange.push(String(data));
  if (!call.methodName) return;
  const result = results[call.methodName]?.(call.handshakeToken, call.params);
  source.postMessage(JSON.stringify({ id: call.id, result, handshakeToken: call.handshakeToken }), '*');
});
const look = () => {
  const page = tab.contentDocument;
  const frame = page?.querySelector('iframe');
  const said = page?.querySelector('#said')?.textContent ?? '';
  if (!frame || said.includes('being read') || (frame.hidden && said === '')) return void setTimeout(look, 50);
  // A script of the report would have run by then.
  setTimeout(() => fetch('/shown', { method: 'POST', body: JSON.stringify({
    said, steps: [...page.querySelectorAll('option')].map(one => one.textContent), report: frame.srcdoc, sandbox: frame.getAttribute('sandbox'),
    height: frame.getBoundingClientRect().height, strange, isWide: page.documentElement.scrollWidth > page.documentElement.clientWidth }) }), 500);
};
look();
</script></body></html>`;
