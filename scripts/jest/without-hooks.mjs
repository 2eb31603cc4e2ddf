/**
 * Keeps the test runner from following every promise. Its storage of "which test is this" turns on Node's hooks for all promises of the process,
 * and is never given back: each file adds one more, and half of a long run goes into them. An error that nobody awaits fails its file instead of
 * its test.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

const done = Symbol.for('kubernetes-rollout/without-hooks');
const { prototype } = AsyncLocalStorage;

if (!prototype[done]) {
  const { run } = prototype;
  const isOfRunner = store => typeof store === 'object' && store !== null && ('test' in store || 'hook' in store);
  Object.assign(prototype, {
    [done]: true,
    run(store, act, ...values) {
      return isOfRunner(store) ? act(...values) : run.call(this, store, act, ...values);
    },
  });
}
