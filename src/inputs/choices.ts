/** The values of the inputs that name a strategy or a router: what the tables of both hold. */
import type { Ability } from '../model/ability.ts';
import { routers } from '../routers/index.ts';
import { OF_INGRESS } from '../routers/of-ingress.ts';
import { strategies } from '../strategies/index.ts';

/** One allowed value of a pick list; `also` are other names that mean the same. */
export interface Choice {
  readonly value: string;
  readonly about: string;
  readonly also?: readonly string[];
}

/** Every strategy. */
export const strategyChoices: readonly Choice[] = Object.values(strategies).map(choice);

/** What a data plane may be able to do. */
export const abilityChoices: readonly (Choice & { readonly value: Ability })[] = [
  { value: 'weight', about: 'split by weights' },
  { value: 'baseline', about: 'give a baseline a share' },
  { value: 'header', about: 'match a header' },
  { value: 'cookie', about: 'match a cookie' },
  { value: 'regex', about: 'match by regular expressions' },
  { value: 'mirror', about: 'copy requests' },
  { value: 'mirror-percentage', about: 'copy part of the requests' },
  { value: 'mirror-several', about: 'copy requests to several versions' },
  { value: 'affinity', about: 'keep a user on his version' },
];

/** Every router, and the choice among them. */
export const routerChoices: readonly Choice[] = [
  ...Object.values(routers).map(choice),
  { value: OF_INGRESS, about: 'the method that reads the Ingress to the Service: `nginx` or `alb`' },
  { value: 'auto', about: 'detected from the manifests and the cluster: a route to the Service, otherwise a mesh, otherwise `pod`' },
];

interface Entry {
  readonly name: string;
  readonly about: string;
  readonly also?: readonly string[];
}

function choice({ name, about, also }: Entry): Choice {
  return { value: name, about: phrase(about), ...(also === undefined ? {} : { also }) };
}

/** A sentence as a part of one. */
function phrase(sentence: string): string {
  const [first = '', ...rest] = sentence.replace(/\.$/, '');
  return [first.toLowerCase(), ...rest].join('');
}
