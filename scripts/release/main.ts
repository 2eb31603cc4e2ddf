/**
 * `npm run release -- VERSION [REMOTE] [--check]`: releases HEAD of this checkout to the remote, `origin` where none is given. With `--check`
 * it says only whether that could be, before anything is built.
 */
import { mayRelease, release, type Wanted } from './tag.ts';

const words = process.argv.slice(2);
const [version, remote = 'origin'] = words.filter(word => !word.startsWith('--'));
try {
  const unknown = words.find(word => word.startsWith('--') && word !== '--check');
  if (version === undefined) throw new Error('Which version? Say npm run release -- 1.2.3, as package.json has it.');
  if (unknown !== undefined) throw new Error(`${unknown} is no option of this command; it has --check.`);
  process.stdout.write(`${done({ folder: '.', version, remote })}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

function done(wanted: Wanted): string {
  if (words.includes('--check')) return `${mayRelease(wanted).tag} may be released to ${wanted.remote}`;
  const { commit, tags, branch } = release(wanted);
  return `${commit} is ${tags.join(', ')} on ${wanted.remote}, and the end of ${branch}`;
}
