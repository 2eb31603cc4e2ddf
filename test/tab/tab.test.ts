/** The tab of a run in Azure Pipelines, as built, in a real browser with a stub of the host. `npm run build` must have been run. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { chronicleOf } from '../../src/report/chronicle.ts';
import { pageOf } from '../../src/report/page/index.ts';
import { openHost, type Shown } from './host.ts';

const browser = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find(path => existsSync(path));

/** Shows the tab of a build with these reports, and what the API was asked. */
async function shownWith(reports: Readonly<Record<string, string>>): Promise<Shown & { readonly asked: readonly string[] }> {
  const host = await openHost(readFileSync('task/dist/tab.html', 'utf8'), reports);
  const folder = mkdtempSync(join(tmpdir(), 'tab-'));
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--remote-debugging-port=0', `--user-data-dir=${folder}`];
  const child = spawn(browser ?? '', [...flags, host.url], { stdio: 'ignore', detached: true });
  try {
    return { ...(await Promise.race([host.shown, died(child)])), asked: host.asked };
  } finally {
    const ended = new Promise(done => child.once('close', done));
    // A group of its own: what the browser has started would write into its folder behind its end.
    if (child.exitCode === null && child.pid !== undefined && process.kill(-child.pid, 'SIGKILL')) await ended;
    await host.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

const died = (child: ChildProcess): Promise<never> =>
  new Promise((_, reject) => child.once('close', code => reject(new Error(`the browser ended with ${code}`))));

const page = pageOf(
  chronicleOf([{ at: 0, event: { type: 'failed', code: 'NOT_READY', message: 'web is not ready', hint: 'Look.' } }], {
    tool: '0.1.0',
    run: { name: 'run 12' },
    endedAt: 1000,
  }),
);

(browser ? describe : describe.skip)('the tab of a run', () => {
  test('shows the last report of several in a frame where nothing runs, and asks nobody but the organisation', async () => {
    const hostile = page
      .replace('</body>', '<script>top.postMessage("a script ran", "*")</script></body>')
      .replace(/<meta http-equiv[^>]*>/, '');
    const shown = await shownWith({ 'Canary - Deploy 10 %': page, 'Canary - Deploy 25 %': hostile });
    expect(shown).toMatchObject({ said: '', steps: ['Canary - Deploy 10 %', 'Canary - Deploy 25 %'], strange: [], isWide: false });
    expect(shown.report).toBe(hostile.replace('<head>', '<head><base target="_blank">'));
    expect(shown.sandbox.split(' ')).toEqual(['allow-popups', 'allow-popups-to-escape-sandbox']);
    expect(shown.height).toBeGreaterThan(500);
    // A browser with a window asks every host for its icon.
    const asked = shown.asked.filter(line => !line.startsWith('/favicon.ico'));
    expect(asked.filter(line => !(line.startsWith('/shop/project-1/') && line.endsWith('Bearer token-of-the-reader')))).toEqual([]);
    expect(asked).not.toEqual([]);
  });

  test('says what to expect where no step has a report', async () => {
    const shown = await shownWith({});
    expect(shown.said).toMatch(/^No step of this run has a report yet\./);
    expect(shown.steps).toEqual([]);
  });
});
