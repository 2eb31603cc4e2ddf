/** `node scripts/release/notes.ts VERSION`: prints the changes of a version, from CHANGELOG.md. */
import { readFileSync } from 'node:fs';
import { sectionOf } from './version.ts';

const [version = ''] = process.argv.slice(2);
const section = sectionOf(readFileSync('CHANGELOG.md', 'utf8'), version);
if (section === undefined) throw new Error(`CHANGELOG.md has no section "## [${version}] - YYYY-MM-DD" with text`);
process.stdout.write(`${section}\n`);
