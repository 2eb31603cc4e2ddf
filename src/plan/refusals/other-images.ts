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
  const open = apps.flatMap(app => [...(app.file ? [app.file] : []), ...app.others].map(object => ({ app, object, from: '' })));
  // All at once, as the deploy did: what an entry means hangs on which repositories the files use.
  const given = replaceImages(open, inputs.images).manifests;
  for (const [i, { app, object }] of open.entries()) {
    const other = otherImage(object, given[i]?.object ?? object);
    if (other === null) continue;
    throw new RolloutError(
      'RELEASE_MISMATCH',
      `${titleOf(app)}: images gives ${other.given}, and the open rollout is of ${other.open}`,
      'Correct images or leave it out: without manifests promote takes the version that was deployed. To release another one, deploy it first.',
    );
  }
}

function otherImage(open: KubeObject, given: KubeObject): { readonly given: string; readonly open: string } | null {
  const after = imagesOf(given);
  const [first] = imagesOf(open).flatMap((image, i) =>
    after[i] === undefined || after[i] === image ? [] : [{ given: after[i], open: image }],
  );
  return first ?? null;
}
