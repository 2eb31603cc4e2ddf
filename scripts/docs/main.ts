/** `npm run docs`: writes the site into out/site, and fails where a link leads nowhere. */
import { resolve } from 'node:path';
import { HOME } from '../release/assets.ts';
import { writeSite } from './site.ts';

const out = resolve('out/site');
const faults = writeSite('.', out, `${HOME}/blob/main/`);
process.stdout.write(faults.length === 0 ? `${out}/index.html\n` : faults.map(fault => `${fault}\n`).join(''));
process.exitCode = faults.length === 0 ? 0 : 1;
