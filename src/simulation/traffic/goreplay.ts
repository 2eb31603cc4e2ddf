/** GoReplay: a container beside the application that copies what the pod receives. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { remembered } from '../../model/remembered.ts';
import { listAt, textAt } from '../json.ts';
import { serviceOfHost } from './conditions.ts';
import type { Mirror } from './split.ts';

/** Where the containers of a pod copy its requests to; a pod that is gone copies nothing. */
export const mirrorsOf = (pod: JsonObject | undefined): readonly Mirror[] => (pod === undefined ? [] : mirrorsIn(pod));

const mirrorsIn = remembered((pod: JsonObject): readonly Mirror[] => {
  const namespace = textAt(pod, 'metadata', 'namespace');
  return listAt(pod, 'spec', 'containers').flatMap(container => outputsOf(container).map(output => mirrorOf(output, namespace)));
});

/** What `--output-http` says, of containers that listen to a port. */
function outputsOf(container: Json): readonly string[] {
  const args = listAt(container, 'args').filter(argument => typeof argument === 'string');
  return args.includes('--input-raw') ? args.filter((_, i) => args[i - 1] === '--output-http') : [];
}

/** `http://web-canary.shop.svc:80|10%`: all requests where no part is named. */
function mirrorOf(output: string, namespace: string): Mirror {
  const [, host = '', , percent] = /^https?:\/\/([^:/|]+)(:\d+)?(?:\|(\d+)%)?$/.exec(output) ?? [];
  return { service: serviceOfHost(host, namespace), percent: percent === undefined ? 100 : Number(percent) };
}
