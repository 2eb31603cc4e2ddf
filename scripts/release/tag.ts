/** Makes a release of the checkout: a commit with the bundles, its tag, and the tags that move with it. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Git, gitIn, refsOf } from './git.ts';
import { movingTags, sectionOf, type Version, versionOf } from './version.ts';

/** What the release commit holds beside the sources. */
export const BUNDLES = ['action/dist', 'task/dist', 'cli/dist', 'THIRD-PARTY-NOTICES.txt'];

/** Files without which nothing of a release starts. */
const NEEDED = ['action/dist/index.cjs', 'task/dist/index.cjs', 'cli/dist/index.cjs', 'THIRD-PARTY-NOTICES.txt'];

/** Files that name the version by themselves. */
const VERSIONED = ['package.json', 'package-lock.json', 'vss-extension.json'];

/** What to release: the checkout's folder, the version without `v`, and the remote that gets it. */
export interface Wanted {
  readonly folder: string;
  readonly version: string;
  readonly remote: string;
}

/** What was released: the commit with the bundles, the names of all tags on it, and its branch. */
export interface Released {
  readonly commit: string;
  readonly tags: readonly string[];
  readonly branch: string;
}

/**
 * Releases HEAD. The checkout, its branches and its index stay as they are: commit and tags go to the remote in one push, all or nothing.
 * Throws a sentence with what to do when something speaks against it; nothing was written then.
 */
export function release(wanted: Wanted): Released {
  const git = gitIn(wanted.folder);
  const { version, refs, tag } = mayRelease(wanted);
  const missing = NEEDED.filter(file => !existsSync(join(wanted.folder, file)));
  if (missing.length > 0) throw new Error(`${missing.join(', ')} missing: run npm run build.`);
  const branch = `releases/v${version[0]}`;
  const before = refs.get(`refs/heads/${branch}`);
  if (before !== undefined) git('fetch', '--quiet', '--no-tags', wanted.remote, `refs/heads/${branch}`);
  const commit = committed(wanted, git, before);
  const moving = movingTags(
    version,
    [...refs.keys()].map(name => name.replace('refs/tags/', '')),
  );
  const news = [`${commit}:refs/heads/${branch}`, `${commit}:refs/tags/${tag}`, ...moving.map(name => `+${commit}:refs/tags/${name}`)];
  git('push', '--quiet', '--atomic', wanted.remote, ...news);
  return { commit, tags: [tag, ...moving], branch };
}

/** What a release stands on: the version's numbers, what the remote has, the tag to come. */
export interface Ground {
  readonly version: Version;
  readonly refs: ReadonlyMap<string, string>;
  readonly tag: string;
}

/** Whether HEAD may be released, before anything is built. Throws as `release` does. */
export function mayRelease(wanted: Wanted): Ground {
  const git = gitIn(wanted.folder);
  const version = checked(wanted, git);
  const refs = refsOf(git, wanted.remote);
  const tag = `v${wanted.version}`;
  if (refs.has(`refs/tags/${tag}`))
    throw new Error(`${wanted.remote} has the tag ${tag} already: a release never changes. Raise the version in ${VERSIONED.join(', ')}.`);
  return { version, refs, tag };
}

function checked({ folder, version }: Wanted, git: Git): Version {
  const numbers = versionOf(version);
  if (numbers === undefined) throw new Error(`${version} is no version: three numbers are wanted, such as 1.2.3, without v.`);
  for (const file of VERSIONED) {
    const { version: named } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { readonly version?: string };
    if (named !== version) throw new Error(`${file} says version ${named}, not ${version}: set it there, and commit it.`);
  }
  const dirty = git('status', '--porcelain');
  if (dirty !== '') throw new Error(`The checkout has changes that no commit holds. Commit or remove them:\n${dirty}`);
  if (sectionOf(readFileSync(join(folder, 'CHANGELOG.md'), 'utf8'), version) === undefined)
    throw new Error(`CHANGELOG.md has no section "## [${version}] - YYYY-MM-DD" with text: name the changes of this release there.`);
  return numbers;
}

/** The release commit: the tree of HEAD and the bundles. With the source's dates, so that the same source makes the same commit. */
function committed({ folder, version }: Wanted, git: Git, before: string | undefined): string {
  const scratch = mkdtempSync(join(tmpdir(), 'release-'));
  try {
    const date = git('show', '--no-patch', '--format=%cI', 'HEAD');
    const aside = gitIn(folder, { GIT_INDEX_FILE: join(scratch, 'index'), GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date });
    aside('read-tree', 'HEAD');
    aside('add', '--force', '--', ...BUNDLES);
    const parents = ['HEAD', ...(before === undefined ? [] : [before])].flatMap(parent => ['-p', parent]);
    return aside('commit-tree', aside('write-tree'), ...parents, '-m', `Release v${version}, with its bundles`);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
