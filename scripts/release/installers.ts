/** What krew and Homebrew install by: addresses and checksums of a release's assets. */

const summary = 'Deploy a canary beside the running version, promote or reject it';

/** What krew's manifest says: `at` is the address of the release's assets, an archive's name ends in `-SYSTEM-PROCESSOR.zip`. */
export interface Krew {
  readonly version: string;
  readonly home: string;
  readonly at: string;
  readonly archives: readonly { readonly name: string; readonly sum: string }[];
}

/** The manifest of `kubectl krew install canary`. */
export function krew({ version, home, at, archives }: Krew): string {
  return [
    'apiVersion: krew.googlecontainertools.github.com/v1alpha2',
    'kind: Plugin',
    'metadata:',
    '  name: canary',
    'spec:',
    `  version: v${version}`,
    `  homepage: ${home}`,
    `  shortDescription: ${summary}`,
    '  description: |',
    '    Progressive delivery without a controller in the cluster: each command reads the cluster, plans, carries the plan out and ends.',
    '  platforms:',
    ...archives.flatMap(({ name, sum }) => {
      const [, os = '', arch = ''] = /-([a-z]+)-([a-z0-9]+)\.zip$/.exec(name) ?? [];
      return [
        '    - selector:',
        '        matchLabels:',
        `          os: ${os}`,
        `          arch: ${arch}`,
        `      uri: ${at}/${name}`,
        `      sha256: ${sum}`,
        `      bin: kubectl-canary${os === 'windows' ? '.exe' : ''}`,
      ];
    }),
    '',
  ].join('\n');
}

/** What the formula says: the address of the npm tarball, and its checksum. */
export interface Formula {
  readonly home: string;
  readonly address: string;
  readonly sum: string;
}

/** Homebrew's formula: the tarball as it is, on Homebrew's Node. */
export function formula({ home, address, sum }: Formula): string {
  return [
    'class KubernetesRollout < Formula',
    `  desc "${summary}"`,
    `  homepage "${home}"`,
    `  url "${address}"`,
    `  sha256 "${sum}"`,
    '  license "MIT"',
    '',
    '  depends_on "node"',
    '',
    '  def install',
    '    libexec.install Dir["*"]',
    '    %w[kubernetes-rollout kubectl-canary kubectl_complete-canary].each do |command|',
    '      bin.install_symlink libexec/"cli/dist/index.cjs" => command',
    '    end',
    '  end',
    '',
    '  test do',
    '    assert_match version.to_s, shell_output("#{bin}/kubernetes-rollout --version")',
    '  end',
    'end',
    '',
  ].join('\n');
}
