import packageJson from '../package.json' with { type: 'json' };
import { begin } from '../src/entry.ts';
import { runToItsEnd } from '../src/exit.ts';
import { github, remembered } from './platform.ts';

runToItsEnd(() => begin(github(process.env, packageJson.version), remembered()));
