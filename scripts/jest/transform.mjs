/**
 * Makes JavaScript of a module that looks up once, when it is loaded, what the language gives. In the world of the tests, each global name is asked
 * for through Node's `vm`, which no call gets faster by: `Array.isArray` alone took a part of every comparison.
 */
import swc from '@swc/jest';

// Of these no test puts another one into the world, as fake timers do with `Date` and `setTimeout`.
const names =
  'AbortController, AbortSignal, Array, Boolean, Buffer, Error, JSON, Map, Math, Number, Object, Promise, RegExp, Set, String, Symbol, WeakMap';

// It stands on the first line, so that all others keep their numbers.
const lookUp = `const { ${names} } = globalThis; `;

/** Called by jest with the options that stand beside this file's name in its configuration. */
export function createTransformer(options) {
  const transformer = swc.createTransformer(options);
  const looking = made => ({ ...made, code: `${lookUp}${made.code}` });
  return {
    ...transformer,
    process: (...module) => looking(transformer.process(...module)),
    processAsync: async (...module) => looking(await transformer.processAsync(...module)),
    getCacheKey: (...module) => `${transformer.getCacheKey(...module)} ${names}`,
  };
}

export default { createTransformer };
