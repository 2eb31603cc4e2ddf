// First: it reads the environment before azure-pipelines-task-lib empties it.

import { rawInputs } from './raw-inputs.ts';

// Then everything else, which may load that library.

import packageJson from '../package.json' with { type: 'json' };
import { main } from '../src/entry.ts';
import { runToItsEnd } from '../src/exit.ts';
import { azure } from './platform.ts';

runToItsEnd(() => main(azure(rawInputs, process.env, packageJson.version)));
