import packageJson from '../package.json' with { type: 'json' };
import { begin } from '../src/entry.ts';
import { runToItsEnd } from '../src/exit.ts';
import { github, hasUnwritten, remembered } from './platform.ts';

runToItsEnd(async () => {
  const code = await begin(github(process.env, packageJson.version), remembered());
  return code === 0 && hasUnwritten() ? 1 : code;
});
