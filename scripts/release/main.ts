/** `npm run release -- VERSION [REMOTE]`: releases HEAD of this checkout to the remote, `origin` where none is given. */
import { release } from './tag.ts';

const [version, remote = 'origin'] = process.argv.slice(2);
try {
  if (version === undefined) throw new Error('Which version? Say npm run release -- 1.2.3, as package.json has it.');
  const { commit, tags, branch } = release({ folder: '.', version, remote });
  process.stdout.write(`${commit} is ${tags.join(', ')} on ${remote}, and the end of ${branch}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
