/** Versions, the tags that follow them, and their sections of the changelog. */

/** The three numbers of a version. */
export type Version = readonly [major: number, minor: number, patch: number];

/** `1.2.3` as numbers; undefined for anything else, also for `v1.2.3` and `1.2.3-rc.1`. */
export function versionOf(text: string): Version | undefined {
  const found = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.exec(text);
  return found === null ? undefined : [Number(found[1]), Number(found[2]), Number(found[3])];
}

/**
 * The moving tags of a release, `v1` and `v1.2`. A later release keeps its tag: a patch of an older line moves no tag of a newer one back.
 * `released` are names of tags, of which only versions count.
 */
export function movingTags(version: Version, released: readonly string[]): readonly string[] {
  const others = released.flatMap(tag => (tag.startsWith('v') ? [versionOf(tag.slice(1)) ?? []] : [])).filter(isVersion);
  return [1, 2].flatMap(length => {
    const line = others.filter(other => other.slice(0, length).join('.') === version.slice(0, length).join('.'));
    return line.some(other => isLater(other, version)) ? [] : [`v${version.slice(0, length).join('.')}`];
  });
}

/** The text under `## [1.2.3] - 2026-01-31`, without the heading; undefined where that heading is missing or nothing is under it. */
export function sectionOf(changelog: string, version: string): string | undefined {
  const parts = changelog.replaceAll('\r\n', '\n').split(/^## /m);
  const heading = `[${version}] - `;
  const part = parts.find(text => text.startsWith(heading) && /^\d{4}-\d\d-\d\d\n/.test(text.slice(heading.length)));
  const text = part?.slice(part.indexOf('\n')).trim() ?? '';
  return text === '' ? undefined : text;
}

const isVersion = (numbers: readonly number[]): numbers is Version => numbers.length === 3;

function isLater(one: Version, other: Version): boolean {
  const first = [0, 1, 2].find(place => one[place] !== other[place]);
  return first !== undefined && Number(one[first]) > Number(other[first]);
}
