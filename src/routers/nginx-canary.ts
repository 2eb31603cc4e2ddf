import { record, records } from '../manifests/json.ts';
import { derived, ourLabels } from '../manifests/names.ts';
import { toJson } from '../manifests/template.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Root } from '../model/router.ts';
import type { Traffic } from '../model/stage.ts';
import { checked } from './backends.ts';
import { classOf, defaultService, pathsOf } from './ingress.ts';
import { copiesIn, shadowService } from './mirrors.ts';
import { canaryAnnotations } from './nginx-annotations.ts';

/** The canary Ingresses beside the user's: one for each class, with every host and path that leads to the root. */
export function canaryIngresses(mains: readonly KubeObject[], traffic: Traffic, root: Root): readonly KubeObject[] {
  const sound = { ...traffic, weights: Object.fromEntries(checked(traffic.weights)) };
  const [[shadow] = [root.canary ?? 'canary']] = copiesIn(traffic);
  const leaf = shadowService(shadow, root);
  const classes = [...new Set(mains.map(classOf))].sort();
  return classes.map(name => {
    const stem = classes.length > 1 ? `${root.service}-${name || 'default'}` : root.service;
    return canaryIngress(
      derived(stem, 'rollout'),
      mains.filter(main => classOf(main) === name),
      { traffic: sound, root, leaf },
    );
  });
}

interface Split {
  readonly traffic: Traffic;
  readonly root: Root;
  /** The Service that it leads to. */
  readonly leaf: string;
}

function canaryIngress(name: string, mains: readonly KubeObject[], { traffic, root, leaf }: Split): KubeObject {
  const { namespace, workload } = root;
  const [first] = mains;
  const className = first?.spec?.ingressClassName;
  const older = first?.metadata.annotations?.['kubernetes.io/ingress.class'];
  const backend = mains.find(main => defaultService(main) === root.service)?.spec?.defaultBackend;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name,
      namespace,
      labels: { ...ourLabels('route', workload) },
      annotations: { ...(className || !older ? {} : { 'kubernetes.io/ingress.class': older }), ...canaryAnnotations(traffic) },
    },
    spec: toJson({
      ...(className ? { ingressClassName: className } : {}),
      ...(backend ? { defaultBackend: ledTo(leaf, backend) } : {}),
      ...rulesOf(mains, root, leaf),
    }),
  };
}

function rulesOf(mains: readonly KubeObject[], root: Root, leaf: string): { readonly rules?: readonly unknown[] } {
  const paths = mains.flatMap(pathsOf).filter(({ service }) => service === root.service);
  const hosts = [...new Set(paths.map(({ host }) => host))];
  const rules = hosts.map(host => ({
    ...(host ? { host } : {}),
    http: {
      paths: paths.filter(path => path.host === host).map(({ fields }) => ({ ...fields, backend: ledTo(leaf, fields.backend) })),
    },
  }));
  return rules.length > 0 ? { rules } : {};
}

function ledTo(name: string, backend: unknown): unknown {
  const [service = {}] = records([record(backend).service]);
  return { service: { ...service, name } };
}
