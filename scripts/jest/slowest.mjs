/** A reporter for jest: the ten slowest files of a run, and how many tests and assertions there were. */
export default class Slowest {
  onRunComplete(_contexts, { testResults }) {
    const files = testResults.map(({ testFilePath, perfStats, testResults: tests }) => ({
      path: testFilePath.replace(`${process.cwd()}/`, ''),
      seconds: (perfStats.end - perfStats.start) / 1000,
      assertions: tests.reduce((sum, { numPassingAsserts = 0 }) => sum + numPassingAsserts, 0),
      tests: tests.length,
    }));
    if (files.length < 10) return;
    const sum = key => files.reduce((total, file) => total + file[key], 0).toLocaleString('en');
    const slowest = files.sort((a, b) => b.seconds - a.seconds).slice(0, 10);
    const lines = slowest.map(({ path, seconds }) => `${seconds.toFixed(1).padStart(8)} s  ${path}`);
    process.stderr.write(`\n${sum('tests')} tests with ${sum('assertions')} assertions. The slowest files:\n${lines.join('\n')}\n`);
  }
}
