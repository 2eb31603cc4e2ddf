/** Names, labels and annotations: what the API accepts. */

import type { JsonObject } from '../../model/kube.ts';
import { type Cause, invalidValue, required } from '../api/failure.ts';
import { at, stringsAt, textAt } from '../json.ts';

interface NameRule {
  readonly pattern: RegExp;
  readonly longest: number;
  readonly text: string;
}

const subdomain: NameRule = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  longest: 253,
  text: "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
};
const label: NameRule = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  longest: 63,
  text: "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
};
const serviceName: NameRule = {
  pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
  longest: 63,
  text: "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
};
const pathSegment: NameRule = { pattern: /^(?!\.{1,2}$)[^/%]+$/, longest: 1000, text: "may not contain '/' or '%'" };

const rules: Readonly<Record<string, NameRule>> = {
  Namespace: label,
  Service: serviceName,
  Role: pathSegment,
  ClusterRole: pathSegment,
  RoleBinding: pathSegment,
  ClusterRoleBinding: pathSegment,
};
const labelValue: NameRule = {
  pattern: /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/,
  longest: 63,
  text: "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
};
const qualified = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?(?=.{1,63}$)([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const qualifiedText =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const longestAnnotationsBytes = 262_144;

/** What is wrong with an object's metadata. */
export function checkMetadata(kind: string, object: JsonObject): readonly Cause[] {
  return [
    ...checkName(kind, textAt(object, 'metadata', 'name')),
    ...checkLabels('metadata.labels', stringsAt(object, 'metadata', 'labels')),
    ...checkAnnotations(object),
  ];
}

/** What is wrong with labels that stand at a path. */
export function checkLabels(field: string, labels: Readonly<Record<string, string>>): readonly Cause[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...(qualified.test(key) ? [] : [invalidValue(field, key, qualifiedText)]),
    ...checkText(field, value, labelValue),
  ]);
}

function checkName(kind: string, name: string): readonly Cause[] {
  if (name === '') return [required('metadata.name', 'name or generateName is required')];
  return checkText('metadata.name', name, rules[kind] ?? subdomain);
}

function checkText(field: string, value: string, rule: NameRule): readonly Cause[] {
  return [
    ...(value.length > rule.longest
      ? [invalidValue(field, value, `must be no more than ${rule.longest} ${field === 'metadata.name' ? 'characters' : 'bytes'}`)]
      : []),
    ...(rule.pattern.test(value) ? [] : [invalidValue(field, value, rule.text)]),
  ];
}

function checkAnnotations(object: JsonObject): readonly Cause[] {
  if (at(object, 'metadata', 'annotations') === undefined) return [];
  const bytes = Object.entries(stringsAt(object, 'metadata', 'annotations')).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
  const message = `Too long: may not be more than ${longestAnnotationsBytes} bytes`;
  return bytes > longestAnnotationsBytes ? [{ reason: 'FieldValueTooLong', message, field: 'metadata.annotations' }] : [];
}
