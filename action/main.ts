import packageJson from '../package.json' with { type: 'json' };
import { main } from '../src/entry.ts';
import { runToItsEnd } from '../src/exit.ts';
import { github } from './platform.ts';

runToItsEnd(() => main(github(process.env, packageJson.version)));
