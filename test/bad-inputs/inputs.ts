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
  ...['0', '0m', '-1', '-30m', '1x', '1e99', '25h', 'five', 'NaN', 'forever'].map(value => ['hold', value] as const),
  ...['-1', '1x', '1e99', 'five', 'NaN'].map(value => ['drain', value] as const),
  ...['-1', '1x', '1e99', 'five', 'NaN'].map(value => ['traffic-delay', value] as const),
  ...['image.tag', '=v2', '--debug', '-f=x', 'a b=c', 'a=b\nc'].map(value => ['helm-set', value] as const),
  ...['We B', '-web', '--debug', 'a/b', 'x'.repeat(54)].map(value => ['helm-release', value] as const),
  ...['skip', 'true'].map(value => ['helm-hooks', value] as const),
  ...['UPPER', '-a', 'a_b', 'a/b', '..', 'x'.repeat(64), 'stable', 'baseline'].map(value => ['variant-name', value] as const),
];

/** Images that are none, or that no container of the file has. */
export const badImages: readonly string[] = [
  ...['web', 'latest', 'null', 'Demo/Web:1', 'demo/web:', 'demo/web:a b', 'demo/web@sha256:12', 'http://demo/web:1', ':1', '/web:1', '-'],
  ...['demo/web:1 demo/web:2', 'demo/web:$(tag)', 'demo/web:${' + '{ github.sha }}', 'demo/web:1\ndemo/web:2', 'demo//web:1'],
  ...['user:hunter2@registry.example/web:1', 'https://user:hunter2@registry.example/web:1', 'docker pull demo/web:1', '"demo/web:1'],
  ...['demo/web:ünï', 'web=demo/web:3', `demo/web:${'a'.repeat(200)}`, 'x'.repeat(1_000_000)],
];

/** Times that are none. */
export const badTimes: readonly string[] = [
  ...['5 s', '1.5h', '5min', '1d', '25h', '00:05:00', 'PT5M', '90 seconds', '1h 30m', '1m1h', '1e3', '٣m', '5s5s', '-5s', '+5s', '5S'],
  ...['1:30', 'forever', '0x10', '99999999999999999999s', '9'.repeat(1000)],
];

/** Lines of `match` that are none. */
export const badMatches: readonly string[] = [
  ...['x-beta', 'header', 'header x-beta', 'header x-beta=', 'header =a', 'header x beta=a', 'cookie', 'cookie beta', 'query a=b'],
  ...['header: x-beta=a', 'header x-beta~=(', 'header x-beta~=[z-a]', 'header x-beta~=*', 'header "x-beta"=a', 'headers x-beta=a'],
  ...['header x-beta=a\nnope', 'header x-beta: a', '{"header":"a"}', 'header x-bé=a', `header x-beta~=${'(a+)+'.repeat(9)}[`],
];

/** Entries of `manifests` that lead to no file, with what is said of each. */
export const badEntries: readonly (readonly [entry: string, says: RegExp])[] = [
  ...['[', '[]', '{a,b', '*.nope', '!(web).yaml', '?(web).yaml', `${'*a'.repeat(400)}.yaml`, `${'**/'.repeat(12)}x.yaml`].map(
    entry => [entry, /matches no file/] as const,
  ),
  ...['[z-a].yaml', '[z-a]*.yaml'].map(entry => [entry, /is not a set of characters/] as const),
  [`${'*a'.repeat(600)}.yaml`, /a pattern of more than 1000 characters/],
  ...['nope/', 'nope.yaml', '-x', '~/web.yaml', 'C:\\web.yaml', 'web.yaml:1', '$HOME/web.yaml', 'a\0b', '@(a'].map(
    entry => [entry, /no such file or directory/] as const,
  ),
  ...['+(web).yaml', '?(web).yaml'].map(entry => [entry, /are not read as patterns, @\(a\|b\) and !\(a\) are/] as const),
  ...['web.yaml nope.yaml', '"web.yaml', 'web.yml', 'WEB.YAML', 'web.yaml\\', 'x'.repeat(5000), '//files.example/web.yaml'].map(
    entry => [entry, /no such file or directory/] as const,
  ),
  ...['file:///etc/passwd', 'ftp://files.example/a', 's3://bucket/a', 'htp://user:hunter2@files.example/', 'ssh://hunter2@a/'].map(
    entry => [entry, /is not fetched; only files, http: and https: are/] as const,
  ),
  ...['http:/user:hunter2@files.example/a', 'https:user:hunter2@files.example', 'git@github.com:demo/web.git'].map(
    entry => [entry, /no such file/] as const,
  ),
  ...['/dev/zero', '/dev/null', '/dev/tty'].map(entry => [entry, /is not a regular file/] as const),
  ...['http://', 'https://', 'http:///', 'http://[', 'http://127.0.0.1:99999/', 'http://a b/'].map(
    entry => [entry, /is not a URL/] as const,
  ),
  ...['!web.yaml', '!'].map(entry => [entry, /No Kubernetes object was found/] as const),
];
