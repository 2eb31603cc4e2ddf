/**
 * Loads the product once for each process of the run, and the tests and what stands beside them anew for each file. What the product keeps
 * between two runs in one process (schemas that were read, weak maps) stays; a file's own state does not.
 */
const { sep } = require('node:path');
const { pathToFileURL } = require('node:url');
const Runtime = require('jest-runtime').default;

let kept;

/** Called by `new`, as a class would be, with what the runner says of a file: its path is the seventh. */
module.exports = function oneProduct(...options) {
  kept ??= new Product(...options);
  return kept.begin(options[6]);
};

class Product extends Runtime {
  constructor(...options) {
    super(...options);
    const [{ rootDir }] = options;
    this.shared = ['src', 'node_modules'].map(folder => pathToFileURL(`${rootDir}${sep}${folder}${sep}`).href);
  }

  begin(testPath) {
    this._testPath = testPath;
    this.testState.state = 'loading';
    return this;
  }

  teardown() {
    this.restoreAllMocks();
    const { esModuleRegistry, internalModuleRegistry } = this.registries;
    const isKept = key => this.shared.some(folder => key.startsWith(folder)) || !/^file:|^@jest\//.test(key);
    for (const key of esModuleRegistry.keys()) if (!isKept(key)) esModuleRegistry.delete(key);
    for (const key of internalModuleRegistry.keys()) if (key.endsWith('jestAdapterInit.js')) internalModuleRegistry.delete(key);
    this.loggedReferenceErrors.clear();
  }
}
