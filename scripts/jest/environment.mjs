/**
 * The world of the tests, made once for each process of the run. A world for each file makes every file load the product anew and
 * run it cold.
 */
import { setFlagsFromString } from 'node:v8';
import { TestEnvironment } from 'jest-environment-node';

// A function is optimised four times later than usual (67,584): most are called too seldom for what that costs. A newer Node knows no such flag.
if (process.version.startsWith('v20.')) setFlagsFromString('--interrupt-budget=270000');

let kept;

/** Called by `new`, as a class would be. */
export default function oneWorld(...options) {
  kept ??= new World(...options);
  return kept;
}

class World extends TestEnvironment {
  constructor(...options) {
    super(...options);
    const { env, exit } = this.global.process;
    this.first = { variables: { ...env }, exit };
  }

  async setup() {
    await super.setup();
    const { env } = this.global.process;
    for (const name of Object.keys(env)) if (!(name in this.first.variables)) delete env[name];
    Object.assign(env, this.first.variables);
  }

  // What the test runner leaves in a world, the next file must not find: how it follows events, and limits of tests.
  async teardown() {
    this.fakeTimersModern.useRealTimers();
    this.global.process.exit = this.first.exit;
    for (const name of ['EVENT_HANDLERS', 'TEST_TIMEOUT_SYMBOL', 'RETRY_TIMES']) delete this.global[Symbol.for(name)];
  }
}
