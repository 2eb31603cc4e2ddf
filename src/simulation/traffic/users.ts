/** Users who keep the cookies that they are handed, and notice when another version answers them. */
import type { Headers } from './split.ts';

/** Somebody who sends requests. */
export interface User {
  /** A request's headers, the user's cookies among them. */
  headers(): Headers;
  /** Takes what an answer hands out, as a header `Set-Cookie` has it. */
  keep(cookie: string | null): void;
  /** Whether this version is another one than the user saw last. */
  sees(version: string): boolean;
}

/** So many users, who take turns. */
export function usersInTurn(count: number, headers: Headers): () => User {
  const users = Array.from({ length: count }, () => newcomer(headers));
  let turn = 0;
  return () => users[turn++ % users.length] ?? newcomer(headers);
}

/** A user who was never here before. */
export function newcomer(headers: Headers): User {
  const cookies = new Map<string, string>();
  let seen: string | null = null;
  return {
    headers: () => {
      const own = [...cookies].map(([name, value]) => `${name}=${value}`);
      const all = [...(headers.cookie === undefined ? [] : [headers.cookie]), ...own];
      return all.length === 0 ? headers : { ...headers, cookie: all.join('; ') };
    },
    keep: cookie => {
      const [, name, value] = /^([^=;]+)=([^;]*)/.exec(cookie ?? '') ?? [];
      if (name !== undefined && value !== undefined) cookies.set(name, value);
    },
    sees: version => {
      const isOther = seen !== null && seen !== version;
      seen = version;
      return isOther;
    },
  };
}
