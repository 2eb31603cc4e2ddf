/** The extension's package for Azure DevOps, from vss-extension.json. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { withAbsoluteLinks } from './links.ts';
import { type Entry, zip } from './zip.ts';

interface Extension {
  readonly manifestVersion: number;
  readonly id: string;
  readonly publisher: string;
  readonly version: string;
  readonly name: string;
  readonly description: string;
  readonly public: boolean;
  readonly categories: readonly string[];
  readonly tags: readonly string[];
  readonly targets: readonly { readonly id: string }[];
  readonly content: { readonly details: { readonly path: string }; readonly license: { readonly path: string } };
  readonly scopes: readonly string[];
  readonly files: readonly { readonly path: string; readonly packagePath: string; readonly addressable?: boolean }[];
  readonly contributions: readonly Contribution[];
  readonly icons?: Readonly<Record<string, string>>;
  readonly links?: Readonly<Record<string, { readonly uri: string }>>;
  readonly badges?: readonly Badge[];
}

interface Badge {
  readonly href: string;
  readonly uri: string;
  readonly description: string;
}

interface Contribution {
  readonly properties: { readonly supportsTasks?: readonly string[] };
}

/** The fields that the package carries: any other would be lost in it without a word. */
const carried =
  'manifestVersion id publisher version name description public categories tags targets scopes content files contributions icons links badges';

/** How a package is made: `pages` is where links of the details lead, and ends with `/`. */
export interface Packing {
  readonly pages: string;
  /** Under names of its own, to try a version beside the released one. */
  readonly isPreview?: boolean;
}

/** Never changes, as the other task's id never does: Azure DevOps knows the preview's task by it. */
const previewTask = '64341ef6-9f7a-4d26-94f0-f8adcc8dcb3c';

/**
 * The bytes of the package of a built checkout. Throws for a field of vss-extension.json that the package does not carry, and for a file
 * whose kind has no content type.
 */
export function vsix(folder: string, { pages, isPreview = false }: Packing): Buffer {
  const written = JSON.parse(readFileSync(join(folder, 'vss-extension.json'), 'utf8')) as Extension;
  const extension = isPreview ? { ...written, id: `${written.id}-preview`, name: `${written.name} (preview)` } : written;
  const lost = Object.keys(extension).filter(field => !carried.split(' ').includes(field));
  if (lost.length > 0) throw new Error(`vss-extension.json has ${lost.join(', ')}, which scripts/release/vsix.ts does not carry over`);
  const { details, license } = extension.content;
  const contributions = isPreview ? extension.contributions.map(ofPreview) : extension.contributions;
  const payload: readonly Entry[] = [
    text('extension.vsomanifest', JSON.stringify({ manifestVersion: 1, scopes: extension.scopes, contributions }, undefined, 2)),
    text(details.path, withAbsoluteLinks(readFileSync(join(folder, details.path), 'utf8'), pages)),
    { path: license.path, content: readFileSync(join(folder, license.path)) },
    ...Object.values(extension.icons ?? {}).map(path => ({ path, content: readFileSync(join(folder, path)) })),
    ...extension.files
      .flatMap(({ path, packagePath }) => below(join(folder, path), packagePath))
      .map(entry => (isPreview && entry.path.endsWith('/task.json') ? previewed(entry) : entry)),
  ];
  return zip([text('extension.vsixmanifest', manifest(extension)), text('[Content_Types].xml', contentTypes(payload)), ...payload]);
}

/** The task under other names: one organisation may have both. */
function previewed({ path, content }: Entry): Entry {
  const task = JSON.parse(content.toString()) as { readonly name: string; readonly friendlyName: string };
  const names = { id: previewTask, name: `${task.name}Preview`, friendlyName: `${task.friendlyName} (preview)` };
  return text(path, `${JSON.stringify({ ...task, ...names }, null, 2)}\n`);
}

/** A tab is shown where the task ran that it names. */
function ofPreview({ properties, ...contribution }: Contribution): Contribution {
  const own = properties.supportsTasks === undefined ? {} : { supportsTasks: [previewTask] };
  return { ...contribution, properties: { ...properties, ...own } };
}

const text = (path: string, content: string): Entry => ({ path, content: Buffer.from(content) });

function below(path: string, packed: string): readonly Entry[] {
  if (!statSync(path).isDirectory()) return [{ path: packed, content: readFileSync(path) }];
  return readdirSync(path)
    .toSorted()
    .flatMap(name => below(join(path, name), `${packed}/${name}`));
}

const types: Readonly<Record<string, string>> = {
  '.vsixmanifest': 'text/xml',
  '.vsomanifest': 'application/json',
  '.json': 'application/json',
  '.cjs': 'application/javascript',
  '.md': 'text/markdown',
  '.txt': 'text/plain',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.html': 'text/html',
};

/** What each file is: by ending, or by path where it has none. A kind that nobody named is a fault of this table. */
function contentTypes(entries: readonly Entry[]): string {
  const bare = entries.filter(({ path }) => extname(path) === '');
  const endings = new Set(['.vsixmanifest', ...entries.map(({ path }) => extname(path)).filter(Boolean)]);
  const unknown = [...endings].filter(ending => types[ending] === undefined);
  if (unknown.length > 0) throw new Error(`The extension holds files of a kind without a content type: ${unknown.join(', ')}`);
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">',
    ...[...endings].toSorted().map(ending => `  <Default Extension="${ending}" ContentType="${types[ending]}" />`),
    ...bare.map(({ path }) => `  <Override PartName="/${escaped(path)}" ContentType="text/plain" />`),
    '</Types>\n',
  ].join('\n');
}

const vsx = 'http://schemas.microsoft.com/developer/vsx-schema';
const services = 'Microsoft.VisualStudio.Services';

function manifest({ content, targets, files, ...extension }: Extension): string {
  const of = (value: string): string => escaped(value);
  const asset = (type: string, path: string): string =>
    `    <Asset Type="${services}.${type}" d:Source="File" Path="${of(path)}" Addressable="true" />`;
  const served = (path: string): string => `    <Asset Type="${of(path)}" d:Source="File" Path="${of(path)}" Addressable="true" />`;
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<PackageManifest Version="2.0.0" xmlns="${vsx}/2011" xmlns:d="${vsx}-design/2011">`,
    '  <Metadata>',
    `    <Identity Language="en-US" Id="${of(extension.id)}" Version="${of(extension.version)}" Publisher="${of(extension.publisher)}" />`,
    `    <DisplayName>${of(extension.name)}</DisplayName>`,
    `    <Description xml:space="preserve">${of(extension.description)}</Description>`,
    `    <Tags>${of(extension.tags.join(','))}</Tags>`,
    `    <Categories>${of(extension.categories.join(','))}</Categories>`,
    `    <GalleryFlags>${extension.public ? 'Public' : ''}</GalleryFlags>`,
    ...badges(extension.badges),
    ...properties(extension.links),
    `    <License>${of(content.license.path)}</License>`,
    ...(extension.icons?.default === undefined ? [] : [`    <Icon>${of(extension.icons.default)}</Icon>`]),
    '  </Metadata>',
    '  <Installation>',
    ...targets.map(({ id }) => `    <InstallationTarget Id="${of(id)}" />`),
    '  </Installation>',
    '  <Dependencies />',
    '  <Assets>',
    asset('Manifest', 'extension.vsomanifest'),
    asset('Content.Details', content.details.path),
    asset('Content.License', content.license.path),
    ...Object.entries(extension.icons ?? {}).map(([size, path]) => asset(`Icons.${capital(size)}`, path)),
    ...files.filter(({ addressable }) => addressable).map(({ packagePath }) => served(packagePath)),
    '  </Assets>',
    '</PackageManifest>\n',
  ].join('\n');
}

/** Pictures beside the extension's page, each with where it leads. */
function badges(shown: Extension['badges'] = []): readonly string[] {
  const lines = shown.map(
    ({ href, uri, description }) =>
      `      <Badge Link="${escaped(href)}" ImgUri="${escaped(uri)}" Description="${escaped(description)}" />`,
  );
  return lines.length === 0 ? [] : ['    <Badges>', ...lines, '    </Badges>'];
}

/** Links of the extension's page, such as Home, Repository and Support. */
function properties(links: Extension['links'] = {}): readonly string[] {
  const lines = Object.entries(links).map(
    ([name, { uri }]) => `      <Property Id="${services}.Links.${capital(name)}" Value="${escaped(uri)}" />`,
  );
  return lines.length === 0 ? [] : ['    <Properties>', ...lines, '    </Properties>'];
}

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

const escaped = (value: string): string => value.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`);
