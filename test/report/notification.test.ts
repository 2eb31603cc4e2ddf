import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { formatOf, noticeOf, postingOf, secretsOf } from '../../src/report/notification.ts';
import { deployed } from './samples.ts';

const notice = { status: 'failed', what: 'deploy by run 12', text: 'NOT_READY: <!channel> & more', url: 'https://ci.example/12', at: 5 };

describe('a notification', () => {
  test.each([
    ['https://hooks.slack.com/services/T/B/x', 'slack'],
    ['https://chat.googleapis.com/v1/spaces/x/messages?key=k', 'google-chat'],
    ['https://shop.webhook.office.com/webhookb2/x', 'teams'],
    ['https://prod-1.westeurope.logic.azure.com/workflows/x', 'teams'],
    ['https://grafana.example/api/annotations', 'grafana'],
    ['https://hooks.slack.com.evil.example/x', 'json'],
    ['http://10.0.0.1:8080/hook', 'json'],
  ])('to %s is in the words of %s', (address, format) => {
    expect(formatOf(address)).toBe(format);
  });

  test('to a chat mentions nobody and links to nothing but the run', () => {
    const { text } = JSON.parse(postingOf('https://hooks.slack.com/x', 'slack', notice).body);
    expect(text).toBe('deploy by run 12: NOT_READY: &lt;!channel&gt; &amp; more\n<https://ci.example/12>');
  });

  test('to Teams is a card, to Grafana an annotation, and else all of it', () => {
    const body = (format: 'teams' | 'grafana' | 'json') => JSON.parse(postingOf('https://x.example', format, notice).body);
    expect(body('teams').attachments[0].content).toMatchObject({ type: 'AdaptiveCard', body: [{ type: 'TextBlock' }] });
    expect(body('grafana')).toEqual({ time: 5, tags: ['rollout', 'failed'], text: expect.stringContaining('NOT_READY') });
    expect(body('json')).toEqual(notice);
  });

  test('to a program has the fields that its page names', async () => {
    const page = await readFile('docs/how-to/notifications.md', 'utf8');
    const named = [...(page.match(/receives JSON by POST: .*/)?.[0] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name);
    expect(Object.keys(JSON.parse(postingOf('https://x.example', 'json', notice).body))).toEqual(named);
  });

  test('takes a login out of the address', () => {
    const sent = (address: string) => postingOf(address, 'grafana', notice);
    expect(sent('https://:token@g.example/api/annotations')).toMatchObject({
      address: 'https://g.example/api/annotations',
      headers: { authorization: 'Bearer token' },
    });
    expect(sent('https://u:p@g.example/').headers.authorization).toBe(`Basic ${Buffer.from('u:p').toString('base64')}`);
    expect(sent('https://g.example/').headers.authorization).toBeUndefined();
    expect(sent('https://:100%sure@g.example/').headers.authorization).toBe('Bearer 100%sure');
    expect(secretsOf('https://u:p%40ss@g.example/')).toEqual(['https://u:p%40ss@g.example/', 'p%40ss', 'p@ss']);
  });

  test('of an end has its status and why', () => {
    expect(noticeOf({ type: 'outcome', outcome: deployed })).toEqual({ status: 'deployed', text: 'Deployed.' });
    expect(noticeOf({ type: 'failed', code: 'NOT_READY', message: 'no', hint: '' })).toEqual({ status: 'failed', text: 'NOT_READY: no' });
    expect(noticeOf(new Error('x')).status).toBe('failed');
  });
});
