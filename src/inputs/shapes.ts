/** What the text of an input has to look like where not any text will do: what is wrong is told before anything is contacted. */
import { type Reading, read, refuse } from './reading.ts';

/** Whether a text, or a line of it, is one; and what is. */
interface Shape {
  readonly isOne: (text: string) => boolean;
  readonly allowed: string;
}

/** The port of a pod: a name as Kubernetes allows it, or a number. */
export const isPort = (text: string): boolean =>
  /^\d+$/.test(text) ? Number(text) >= 1 && Number(text) <= 65_535 : /^(?=.*[a-z])[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/.test(text);

/** Every quote has its other half. The words of a command are those between blanks, and quotes keep some together. */
export const isClosed = (command: string): boolean => /^(?:[^"']|"[^"]*"|'[^']*')*$/.test(command);

/** Headers of the connection itself: another value would make the request another one, or none. */
export const isOfConnection = (name: string): boolean =>
  /^(host|connection|keep-alive|upgrade|te|trailer|expect|content-length|transfer-encoding)$/i.test(name);

const isPagePath = (text: string): boolean => /^\/[\w\-./~]*(\?[\w\-./~=&%+,:[\]]*)?$/.test(text) && !/(^|\/)\.\.?(\/|$|\?)/.test(text);

const KEY = String.raw`([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-\w.]*[A-Za-z0-9])?`;
const VALUE = String.raw`([A-Za-z0-9]([-\w.]*[A-Za-z0-9])?)?`;
const requirement = new RegExp(
  String.raw`^\s*(!?\s*${KEY}|${KEY}\s*(==?|!=)\s*${VALUE}|${KEY}\s+(in|notin)\s*\(\s*${VALUE}(\s*,\s*${VALUE})*\s*\))\s*$`,
);

const isSelector = (text: string): boolean => text.split(/,(?![^(]*\))/).every(part => requirement.test(part));

const isSecretName = (text: string): boolean => text.length <= 253 && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(text);

const shapes: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ['metrics-port', { isOne: isPort, allowed: 'the name of a port of the pods such as metrics, or its number' }],
  ['metrics-path', { isOne: isPagePath, allowed: 'the path of a page, such as /metrics' }],
  [
    'canary-nodes',
    { isOne: isSelector, allowed: 'labels of nodes such as pool=canary, or a selector as kubectl get nodes --selector takes it' },
  ],
  ['imagepullsecrets', { isOne: isSecretName, allowed: 'names of Secrets, one per line: lower-case letters, digits, `-` and `.`' }],
  ['mirror-image', { isOne: text => /^[^\s"']+$/.test(text), allowed: 'an image such as registry/gor:1.3.1' }],
  ['script', { isOne: isClosed, allowed: 'a command in which every quote has its other half' }],
]);

/** The text, where the input takes it; the input may have lines, each of which has to be one. */
export function shaped(name: string, text: string, lines: readonly string[]): Reading<string> {
  const shape = shapes.get(name);
  const isFine = shape === undefined || lines.every(line => shape.isOne(line));
  return isFine ? read(text) : refuse(shape.allowed);
}
