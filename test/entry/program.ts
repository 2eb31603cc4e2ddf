/** A run of the real entry on a platform that ends as its argument says. */
import { main, type Platform } from '../../src/entry.ts';
import { runToItsEnd } from '../../src/exit.ts';

const how = process.argv[2];
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** What happens while the platform is asked for its connection. */
const happenings: Readonly<Record<string, () => void>> = {
  never: () => undefined,
  'thrown later': () => void setImmediate(() => bug()),
  'rejected later': () => void Promise.reject(new Error('it was wrong')),
};

function bug(): never {
  throw new Error('it was wrong');
}

const platform: Platform = {
  dialect: 'terminal',
  version: '1.2.3',
  run: { id: 'test', name: 'a test' },
  directory: process.cwd(),
  raw: () => ({ action: 'reject', strategy: 'canary' }),
  connection: () => {
    happenings[how ?? '']?.();
    return new Promise(() => undefined);
  },
  print: line => say(line.text),
  mask: () => undefined,
  summarise: async markdown => say(`summary ${markdown.length}`),
  fail: () => undefined,
  output: (name, value) => say(`output ${name}=${value}`),
};

/** Writes when its input has ended, whoever reads it then, and ends with a code of its own. */
async function unheard(): Promise<number> {
  for await (const _ of process.stdin);
  for (let line = 0; line < 1000; line++) {
    say('a line that nobody reads');
    await new Promise(done => setImmediate(done));
  }
  return 3;
}

runToItsEnd(() => (how === 'closed pipe' ? unheard() : main(platform)));
