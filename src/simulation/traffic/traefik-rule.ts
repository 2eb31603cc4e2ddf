/** Traefik's language of rules, as far as requests differ here: headers and the path `/`. */
import { hasPrefix, headerOf, requestPath } from './conditions.ts';
import type { Headers } from './split.ts';

/** Whether a request meets a rule such as ``Host(`a`) && (Header(`x`, `y`) || !HeaderRegexp(`x`, `z`))``. Other matchers are taken as met. */
export function ruleHolds(rule: string, headers: Headers): boolean {
  const tokens = rule.match(/&&|\|\||[!()]|\w+\((?:\s*`[^`]*`\s*,?)*\s*\)/g) ?? [];
  return anyOf({ tokens: [...tokens], headers });
}

interface Reading {
  /** What is not read yet. */
  readonly tokens: string[];
  readonly headers: Headers;
}

function anyOf(reading: Reading): boolean {
  let holds = allOf(reading);
  while (takes(reading, '||')) holds = allOf(reading) || holds;
  return holds;
}

function allOf(reading: Reading): boolean {
  let holds = one(reading);
  while (takes(reading, '&&')) holds = one(reading) && holds;
  return holds;
}

function one(reading: Reading): boolean {
  if (takes(reading, '!')) return !one(reading);
  if (!takes(reading, '(')) return matcherHolds(reading.tokens.shift() ?? '', reading.headers);
  const holds = anyOf(reading);
  takes(reading, ')');
  return holds;
}

function takes({ tokens }: Reading, token: string): boolean {
  if (tokens[0] !== token) return false;
  tokens.shift();
  return true;
}

function matcherHolds(matcher: string, headers: Headers): boolean {
  const [first = '', second = ''] = [...matcher.matchAll(/`([^`]*)`/g)].map(([, text = '']) => text);
  switch (matcher.slice(0, matcher.indexOf('('))) {
    case 'Header':
    case 'Headers':
      return headerOf(headers, first) === second;
    case 'HeaderRegexp':
    case 'HeadersRegexp':
      return new RegExp(second).test(headerOf(headers, first) ?? '\n');
    case 'Path':
      return first === requestPath;
    case 'PathPrefix':
      return hasPrefix(first);
    default:
      return true;
  }
}
