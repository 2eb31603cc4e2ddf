import packageJson from '../package.json' with { type: 'json' };
import { main } from '../src/entry.ts';
import { exitWith } from '../src/exit.ts';
import { github } from './platform.ts';

void main(github(process.env, packageJson.version)).then(exitWith);
