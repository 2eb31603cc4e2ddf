// First: it reads the environment before azure-pipelines-task-lib empties it.

import { rawInputs } from './raw-inputs.ts';

// Then everything else, which may load that library.

import packageJson from '../package.json' with { type: 'json' };
import { begin } from '../src/entry.ts';
import { runToItsEnd } from '../src/exit.ts';
import { azure, remembered } from './platform.ts';

runToItsEnd(() => begin(azure(rawInputs, process.env, packageJson.version), remembered()));
