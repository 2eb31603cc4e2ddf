import { CLAIMED, type Rollout, type Version } from '../model/record.ts';
import type { Request } from '../model/request.ts';
import type { Shadow } from '../model/stage.ts';

type Asked = Pick<Request, 'run' | 'release'>;

/** What a version is called. */
export const nameOfVersion = ({ variant = 'canary' }: Pick<Version, 'variant'>): Shadow => variant;

/** Every version that a rollout remembers, the one that was last worked on first. */
export const versionsOf = (rollout: Rollout): readonly Version[] => [versionOf(rollout), ...(rollout.others ?? [])];

/** The rollout as it is seen by one of its versions; null where it has none of that name. */
export function seenBy(rollout: Rollout, variant: Shadow): Rollout | null {
  const all = versionsOf(rollout);
  const meant = all.find(version => nameOfVersion(version) === variant);
  return meant ? { ...withoutVersion(rollout), ...meant, ...othersOf(all, variant) } : null;
}

/** Of several versions the one that an action without a name means: its own run's, else the last. */
export const ownVersion = (stored: Rollout, request: Asked): Version =>
  versionsOf(stored).find(version => isOwn(version, request)) ?? stored;

/** Deployed by this run, or the very release that its files are. */
export const isOwn = ({ run, release }: Version, { run: own, release: meant }: Asked): boolean =>
  run.id === own.id || (meant !== null && release === meant);

/** The rollout as a version that it does not have yet sees it. */
export function unopened(rollout: Rollout, variant: Shadow): Rollout {
  const version: Version = {
    ...(variant === 'canary' ? {} : { variant }),
    release: '',
    action: 'deploy',
    // A claim alone has no originals: without them stable would pass for one that this rollout has made.
    stage: rollout.stage === CLAIMED ? CLAIMED : '',
    done: false,
    percentage: null,
    run: newestRun(rollout),
    base: null,
    replaced: null,
    distinction: { keys: [], copies: [] },
    tested: null,
    created: [],
  };
  return { ...withoutVersion(rollout), ...version, ...othersOf(versionsOf(rollout), variant) };
}

/** Whoever deploys something else over it must not be older than any of them. */
const newestRun = (rollout: Rollout): Version['run'] =>
  versionsOf(rollout)
    .map(({ run }) => run)
    .reduce((newest, run) => ((run.number ?? 0) > (newest.number ?? 0) ? run : newest));

/** The rollout without a version whose reject has ended, as long as there are others. */
export function withoutEnded(rollout: Rollout): Rollout {
  const [next] = rollout.others ?? [];
  return rollout.action === 'reject' && rollout.done && next ? (seenWithout(rollout, next) ?? rollout) : rollout;
}

function seenWithout(rollout: Rollout, next: Version): Rollout | null {
  const seen = seenBy(rollout, nameOfVersion(next));
  return seen && { ...withoutOthers(seen), ...othersOf(seen.others ?? [], nameOfVersion(rollout)) };
}

function versionOf(rollout: Rollout): Version {
  const { variant, release, action, stage, done, percentage, run, base, begun, replaced, distinction, tested, created } = rollout;
  const { analysis, hold } = rollout;
  const rest = { release, action, stage, done, percentage, run, base, replaced, distinction, tested, created };
  return {
    ...(variant === undefined ? {} : { variant }),
    ...(begun === undefined ? {} : { begun }),
    ...rest,
    ...(analysis === undefined ? {} : { analysis }),
    ...(hold === undefined ? {} : { hold }),
  };
}

/** What is the whole rollout's, with the fields that only some versions have taken out. */
function withoutVersion({ variant: _variant, begun: _begun, analysis: _analysis, hold: _hold, ...rollout }: Rollout): Rollout {
  return withoutOthers(rollout);
}

const withoutOthers = ({ others: _others, ...rollout }: Rollout): Rollout => rollout;

function othersOf(versions: readonly Version[], variant: Shadow): Pick<Rollout, 'others'> {
  const others = versions.filter(version => nameOfVersion(version) !== variant);
  return others.length > 0 ? { others } : {};
}
