/** Inputs that are wrong, each with the input that has to be named. */
export const badInputs: readonly (readonly [name: string, value: string, more?: Readonly<Record<string, string>>])[] = [
  ...['destroy', 'Deploy!', 'toString', '__proto__', 'constructor', 'promote reject', 'деплой'].map(value => ['action', value] as const),
  ...['canaries', 'toString', '__proto__', 'constructor', 'blue green', '1'].map(value => ['strategy', value] as const),
  ...['nope', 'toString', '__proto__', 'smi,nope', 'constructor'].map(value => ['traffic-split-method', value] as const),
  ...['-1', '101', '1e99', 'NaN', 'Infinity', '20 %%', 'twenty', '0x10', '1.234', '--5', '٢٠', '-0.1', '100.1', 'null', 'false'].map(
    value => ['percentage', value] as const,
  ),
  ...['-1', '1.5', 'x', '1e99', 'NaN'].map(value => ['baseline-and-canary-replicas', value] as const),
  ...['maybe', '2', 'tru', 'нет'].map(value => ['dry-run', value] as const),
  ...['maybe', '2'].map(value => ['force-conflicts', value] as const),
  ...['maybe', 'nein'].map(value => ['skip-tls-verify', value] as const),
  ...['-1', '1x', '1e99', 'five', '1h1', 'NaN', '--'].map(value => ['timeout', value] as const),
  ...['-1', '1x', '1e99', 'five', 'NaN'].map(value => ['drain', value] as const),
  ...['-1', '1x', '1e99', 'five', 'NaN'].map(value => ['traffic-delay', value] as const),
  ...['UPPER', '-a', 'a_b', 'a/b', '..', 'x'.repeat(64), 'stable', 'baseline'].map(value => ['variant-name', value] as const),
];
