/** Where. */
import { all, type InputSpec, yesOrNo } from '../input.ts';

/** The inputs of the group `cluster`. */
export const cluster = {
  namespace: {
    label: 'Namespace',
    help: "For objects whose manifest names none. Not given: the connection's, or `default`.",
    group: 'cluster',
    kind: { type: 'namespace' },
    fallback: '',
    actions: all,
  },
  'connection-type': {
    label: 'Connection type',
    help: 'How the cluster is reached.',
    group: 'cluster',
    kind: {
      type: 'pick',
      choices: [
        { value: 'kubernetesServiceConnection', about: 'Kubernetes service connection' },
        { value: 'none', about: "the agent's own kubeconfig" },
      ],
    },
    fallback: 'kubernetesServiceConnection',
    actions: all,
    only: 'azure',
  },
  'kubernetes-service-connection': {
    aliases: { azure: ['kubernetesServiceEndpoint'] },
    label: 'Kubernetes service connection',
    help: 'A deployment job on an environment with a Kubernetes resource brings its own.',
    group: 'cluster',
    kind: { type: 'text', secret: false },
    fallback: '',
    actions: all,
    only: 'azure',
  },
  kubeconfig: {
    label: 'Kubeconfig',
    help: 'Path of a kubeconfig, or its text (keep that in a secret). Not given: `KUBECONFIG`, `~/.kube/config`, or the service account of the pod it runs in.',
    group: 'cluster',
    kind: { type: 'text', secret: true },
    fallback: '',
    actions: all,
  },
  context: {
    label: 'Context',
    help: 'Context of the kubeconfig. Not given: its current one.',
    group: 'cluster',
    kind: { type: 'text', secret: false },
    fallback: '',
    actions: all,
  },
  'skip-tls-verify': {
    label: 'Skip TLS verification',
    help: 'Accept any certificate from the API server. Whoever is in between can then read the credentials.',
    group: 'cluster',
    kind: yesOrNo,
    fallback: 'false',
    actions: all,
  },
} as const satisfies Readonly<Record<string, InputSpec>>;
