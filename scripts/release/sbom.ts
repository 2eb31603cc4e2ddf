/** The bill of materials: the packages that the bundles hold parts of, in CycloneDX. */

/** A package of package-lock.json. */
interface Locked {
  readonly version: string;
  readonly integrity?: string;
  readonly license?: string;
}

/** package-lock.json, as far as it is read here. */
export interface Lock {
  readonly packages: Readonly<Record<string, Locked>>;
}

/** `name version` of every package that the third-party notices name. */
export function bundledIn(notices: string): readonly string[] {
  return [...notices.matchAll(/^-{80}\n\n(\S+ \S+) \(.+\)$/gm)].map(([, named = '']) => named);
}

/** CycloneDX 1.5 as JSON, without a date, so that the same sources say the same. Throws for a package that the lock does not have. */
export function sbom(version: string, notices: string, lock: Lock): string {
  const components = bundledIn(notices).map(named => component(named, lock));
  const product = { type: 'application', name: 'kubernetes-rollout', version, licenses: [{ license: { id: 'MIT' } }] };
  return `${JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.5', version: 1, metadata: { component: product }, components }, undefined, 2)}\n`;
}

function component(named: string, { packages }: Lock): unknown {
  const [name = '', version = ''] = named.split(' ');
  const found = Object.entries(packages).find(([path, locked]) => path.endsWith(`node_modules/${name}`) && locked.version === version)?.[1];
  if (found?.integrity === undefined) throw new Error(`The bundles hold ${named}, which package-lock.json does not have with a checksum`);
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const hash = Buffer.from(found.integrity.replace(/^sha512-/, ''), 'base64').toString('hex');
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    licenses: [{ license: { id: found.license } }],
    hashes: [{ alg: 'SHA-512', content: hash }],
  };
}
