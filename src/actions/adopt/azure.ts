/** `adopt` for the canary and blue-green steps of Azure: in which order what they left is settled. */

import type { Session } from '../../execute/session.ts';
import { marksOf, unmarked } from '../../manifests/incumbents.ts';
import { at, isRecord, items, record, same, text } from '../../manifests/json.ts';
import { labelsOf, templateOf, texts } from '../../manifests/template.ts';
import type { KubeObject } from '../../model/kube.ts';
import { type Leftover, leftOf } from './azure-found.ts';
import { type Edit, lead, rerouted } from './lead.ts';
import { type Move, renew, take, takeAll, withdraw } from './moves.ts';
import type { Surrounding } from './surroundings.ts';

/**
 * All requests to the running version, then the others go; nothing where nothing is left.
 * @throws RolloutError FOREIGN_ROLLOUT where requests cannot be given to the running version without losing some.
 */
export function settleAzure(around: Surrounding, session: Session): readonly Move[] {
  const left = leftOf(around);
  return left ? movesOf(left, session) : [];
}

/** In an order in which each may be the last one that is done: requests first, then pods, then what nobody leads to any more. */
function movesOf(left: Leftover, session: Session): readonly Move[] {
  const { part, variants, splits, leaves, roots, ingresses, isRenewed } = left;
  const given = splits.filter(split => !isGiven(split, part)).map(split => giveAll(split, part));
  const led = roots.map(root => ({ root, to: ofRunning(root, left) }));
  const switched = led.flatMap(({ root, to }) => (same(texts(root.spec?.selector), to) ? [] : [select(root, root.spec?.selector, to)]));
  const bare = led.flatMap(({ root, to }) => (same(unmarked(to), to) ? [] : [select(root, to, unmarked(to))]));
  return [
    ...lead([...given, ...switched], `give all requests to the ${part === 'stable' ? 'running version' : part}`, session),
    ...lead(
      ingresses.flatMap(ingress => toRoot(ingress, leaves)),
      'lead to the Services of the files',
      session,
    ),
    ...variants.map(variant => withdraw(variant, session)),
    ...(isRenewed ? [renew(left, session)] : []),
    ...lead(bare, 'let the Services pick pods as the files do', session),
    ...takeAll(splits, session),
    ...leaves.map(leaf => take(leaf, false, session)),
  ];
}

/** A Service's selector that picks the running version alone, by the mark that its pods have; where they have none, by the user's labels. */
function ofRunning({ spec }: KubeObject, { set }: Leftover): Readonly<Record<string, string>> {
  const selector = texts(spec?.selector);
  const isMarked = !same(unmarked(selector), selector);
  return { ...unmarked(selector), ...(isMarked ? marksOf(labelsOf(templateOf(set))) : {}) };
}

const select = (object: KubeObject, from: unknown, to: unknown): Edit => ({ object, path: '/spec/selector', from, to });

const leafOf = (split: KubeObject, part: string): string => `${text(at(split, 'spec.service'))}-${part}`;

/** Weights are numbers, and quantities in the oldest version: "0", "0m". */
const isNothing = (weight: unknown): boolean => weight === undefined || Number.parseFloat(String(weight)) === 0;

const isGiven = (split: KubeObject, part: string): boolean =>
  items(at(split, 'spec.backends')).every(backend => record(backend).service === leafOf(split, part) || isNothing(record(backend).weight));

function giveAll(object: KubeObject, part: string): Edit {
  const from = items(at(object, 'spec.backends'));
  const to = from.map(backend => ({ ...record(backend), weight: record(backend).service === leafOf(object, part) ? 1000 : 0 }));
  return { object, path: '/spec/backends', from, to };
}

/** An Ingress that leads to the green Services of this workload leads to those of the files again. */
const toRoot = (ingress: KubeObject, leaves: readonly KubeObject[]): readonly Edit[] =>
  rerouted(ingress, spec =>
    renamed(
      spec,
      leaves.map(({ metadata }) => metadata.name).filter(name => name.endsWith(GREEN)),
    ),
  );

function renamed(value: unknown, names: readonly string[], key = ''): unknown {
  if (Array.isArray(value)) return value.map(item => renamed(item, names));
  if (!isRecord(value)) return value;
  const moved = Object.fromEntries(Object.entries(value).map(([name, item]) => [name, renamed(item, names, name)]));
  const name = text(value.name);
  return key === 'service' && names.includes(name) ? { ...moved, name: name.slice(0, -GREEN.length) } : moved;
}

const GREEN = '-green';
