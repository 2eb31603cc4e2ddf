/** What a chat, a dashboard or a program of the user's is told of a run. */
import type { Event } from '../model/event.ts';
import { statusText } from './words.ts';

/** In whose words a notification is: told by its address, or by the user. */
export type NoticeFormat = 'slack' | 'teams' | 'google-chat' | 'grafana' | 'json';

/** What is told: that a run has begun, or how it ended. */
export interface Notice {
  readonly status: string;
  /** "deploy of web ..." and who runs it. */
  readonly what: string;
  readonly text: string;
  readonly url: string | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A request to be sent. */
export interface Posting {
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The end of a run as it is told. */
export function noticeOf(ending: Event | Error | null): Pick<Notice, 'status' | 'text'> {
  if (ending === null || ending instanceof Error) return { status: 'failed', text: 'Failed because of a bug in this tool.' };
  if (ending.type === 'outcome') return { status: ending.outcome.status, text: statusText(ending.outcome) };
  return ending.type === 'failed' ? { status: 'failed', text: `${ending.code}: ${ending.message}` } : { status: 'failed', text: 'Failed.' };
}

/** The format that an address speaks of. */
export function formatOf(address: string): NoticeFormat {
  const { hostname, pathname } = new URL(address);
  if (hostname.endsWith('hooks.slack.com')) return 'slack';
  if (hostname === 'chat.googleapis.com') return 'google-chat';
  if (/(^|\.)(webhook\.office\.com|logic\.azure\.com|powerplatform\.com)$/.test(hostname)) return 'teams';
  return pathname.endsWith('/api/annotations') ? 'grafana' : 'json';
}

/** The request that tells it. A login in the address becomes a header: `https://user:password@...`, or a token alone behind the colon. */
export function postingOf(given: string, format: NoticeFormat, notice: Notice): Posting {
  const url = new URL(given);
  const [user, password] = [url.username, url.password].map(decoded);
  const login = user ? `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` : `Bearer ${password}`;
  url.username = '';
  url.password = '';
  return {
    address: url.href,
    headers: { 'content-type': 'application/json', ...(password ? { authorization: login } : {}) },
    body: JSON.stringify(bodies[format](notice)),
  };
}

/** What an address holds that nobody else is to read: itself, and its password as it is written and as it is meant. */
export function secretsOf(address: string): readonly string[] {
  const { password } = new URL(address);
  return [address, password, decoded(password)].filter(secret => secret !== '');
}

/** A `%` that stands for itself stays: `100%sure` is a password too. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const MOST_CHARACTERS = 2000;

const plain = ({ what, text }: Notice): string => `${what}: ${text}`.slice(0, MOST_CHARACTERS);

/** Slack and Google Chat make links and mentions of what stands in angle brackets. */
const chat = (notice: Notice): string =>
  `${plain(notice).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')}${notice.url === null ? '' : `\n<${notice.url}>`}`;

const bodies: Readonly<Record<NoticeFormat, (notice: Notice) => unknown>> = {
  slack: notice => ({ text: chat(notice) }),
  'google-chat': notice => ({ text: chat(notice) }),
  teams: notice => ({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          type: 'AdaptiveCard',
          version: '1.4',
          body: [{ type: 'TextBlock', text: plain(notice), wrap: true }],
          actions: notice.url === null ? [] : [{ type: 'Action.OpenUrl', title: 'The run', url: notice.url }],
        },
      },
    ],
  }),
  grafana: notice => ({ time: notice.at, tags: ['rollout', notice.status], text: plain(notice) }),
  json: notice => ({ ...notice, text: notice.text.slice(0, MOST_CHARACTERS) }),
};
