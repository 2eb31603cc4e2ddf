const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '<rootDir>/scripts/jest/transform.mjs',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022', experimental: { keepImportAttributes: true } },
        module: { type: 'es6' },
      },
    ],
  },
};

export default {
  // Both cores of a small machine: by itself Jest leaves one of two idle.
  maxWorkers: 2,
  // Far above what a loaded machine needs for the longest: only what hangs ends so.
  testTimeout: 600_000,
  testSequencer: '<rootDir>/scripts/jest/longest-first.mjs',
  reporters: ['default', '<rootDir>/scripts/jest/slowest.mjs'],
  projects: [
    {
      ...shared,
      displayName: 'unit',
      runtime: '<rootDir>/scripts/jest/runtime.cjs',
      testEnvironment: '<rootDir>/scripts/jest/environment.mjs',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['<rootDir>/test/cluster/'],
      setupFiles: ['<rootDir>/scripts/jest/without-hooks.mjs'],
    },
    { ...shared, displayName: 'cluster', testMatch: ['<rootDir>/test/cluster/**/*.test.ts'] },
  ],
};
