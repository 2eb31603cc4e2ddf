import type { JsonObject } from '../model/kube.ts';
import { at, records, text } from './json.ts';

/** Names of the claims that a pod template mounts and may write to. */
export function claimsIn(template: JsonObject): readonly string[] {
  return records(at(template, 'spec.volumes'))
    .map(volume => volume.persistentVolumeClaim)
    .filter(claim => at(claim, 'readOnly') !== true)
    .flatMap(claim => text(at(claim, 'claimName')) || []);
}
