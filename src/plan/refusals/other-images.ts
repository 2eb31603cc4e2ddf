/** Images that are given to a promote without files, and that are none of what it would promote. */
import { RolloutError } from '../../errors.ts';
import { imagesOf, replaceImages } from '../../manifests/images.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Request } from '../../model/request.ts';
import { titleOf } from '../../workloads/index.ts';
import type { App } from '../world/app.ts';

/**
 * Without files a promote takes what is open, and images replace nothing. One that names another version than the open one tells that the
 * user means something else.
 * @throws RolloutError RELEASE_MISMATCH; INVALID_INPUT for an entry that is no image.
 */
export function refuseOtherImages({ manifests, inputs }: Request, apps: readonly App[]): void {
  if (manifests.length > 0 || inputs.images.length === 0) return;
  for (const app of apps) {
    const [other] = [...(app.file ? [app.file] : []), ...app.others].flatMap(object => otherImages(object, inputs.images));
    if (other === undefined) continue;
    throw new RolloutError(
      'RELEASE_MISMATCH',
      `${titleOf(app)}: images gives ${other.given}, and the open rollout is of ${other.open}`,
      'Correct images or leave it out: without manifests promote takes the version that was deployed. To release another one, deploy it first.',
    );
  }
}

function otherImages(object: KubeObject, images: readonly string[]): readonly { readonly given: string; readonly open: string }[] {
  const { manifests } = replaceImages([{ object, from: '' }], images);
  const given = manifests.flatMap(manifest => imagesOf(manifest.object));
  return imagesOf(object).flatMap((open, i) => (given[i] === undefined || given[i] === open ? [] : [{ given: given[i], open }]));
}
