/** Git, as the release uses it. */
import { execFileSync } from 'node:child_process';

/** Runs git in one folder: its output without the last line break. Throws an error that ends with git's own words. */
export type Git = (...words: readonly string[]) => string;

/** Git in `folder`; `extra` goes on top of this process's environment. */
export function gitIn(folder: string, extra: Readonly<Record<string, string>> = {}): Git {
  return (...words) =>
    execFileSync('git', words, {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, ...extra },
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 64_000_000,
    }).replace(/\n$/, '');
}

/** What a remote has, by full name (`refs/tags/v1.2.3`): the commit, also behind an annotated tag. */
export function refsOf(git: Git, remote: string): ReadonlyMap<string, string> {
  const lines = git('ls-remote', remote).split('\n').filter(Boolean);
  return new Map(
    lines.map(line => {
      const [commit = '', name = ''] = line.split('\t');
      return [name.replace(/\^\{\}$/, ''), commit];
    }),
  );
}
