/** One object of every kind as people write them, for the defaults that the server adds. */
import type { Body } from './api.ts';
import { apps, config, core, service, web } from './objects.ts';

const labels = { app: 'web' };
const template: Body = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'demo/web' }] } };
const rich: Body = {
  metadata: { labels, annotations: { note: 'x' } },
  spec: {
    serviceAccountName: 'default',
    initContainers: [{ name: 'init', image: 'demo/init:1' }],
    containers: [
      {
        name: 'web',
        image: 'registry.test:5000/demo/web:v1',
        args: ['a'],
        ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }],
        env: [
          { name: 'A' },
          { name: 'N', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          { name: 'K', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
        ],
        envFrom: [{ configMapRef: { name: 'c' } }],
        resources: { limits: { cpu: '100m', memory: '64Mi' } },
        livenessProbe: { tcpSocket: { port: 80 } },
        readinessProbe: { httpGet: { port: 80 } },
        startupProbe: { exec: { command: ['x'] } },
        volumeMounts: [
          { name: 'c', mountPath: '/c' },
          { name: 'e', mountPath: '/e' },
        ],
        lifecycle: { preStop: { httpGet: { path: '/x', port: 80 } } },
        securityContext: { runAsNonRoot: true },
      },
    ],
    volumes: [
      { name: 'c', configMap: { name: 'c' } },
      { name: 's', secret: { secretName: 's' } },
      { name: 'e', emptyDir: {} },
      { name: 'n' },
      { name: 'h', hostPath: { path: '/h' } },
      { name: 'p', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } },
      { name: 'd', downwardAPI: { items: [{ path: 'x', fieldRef: { fieldPath: 'metadata.name' } }] } },
    ],
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: labels } },
    ],
  },
};

const named = (apiVersion: string, kind: string, rest: Body): Body => ({ apiVersion, kind, metadata: { name: 'web' }, ...rest });
const networking = '/apis/networking.k8s.io/v1/namespaces/{ns}';
const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}';

/** Collections and what is posted to them. */
export const defaulted: readonly (readonly [path: string, object: Body])[] = [
  [`${apps}/deployments`, web()],
  [`${apps}/deployments`, web({ template: rich })],
  [`${apps}/deployments`, web({ strategy: { type: 'Recreate' } })],
  [`${apps}/deployments`, web({ strategy: { rollingUpdate: { maxSurge: 1 } } })],
  [`${apps}/replicasets`, named('apps/v1', 'ReplicaSet', { spec: { selector: { matchLabels: labels }, template } })],
  [
    `${apps}/statefulsets`,
    named('apps/v1', 'StatefulSet', {
      spec: {
        serviceName: 'web',
        selector: { matchLabels: labels },
        template,
        volumeClaimTemplates: [
          { metadata: { name: 'd' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
        ],
      },
    }),
  ],
  [`${apps}/daemonsets`, named('apps/v1', 'DaemonSet', { spec: { selector: { matchLabels: labels }, template } })],
  [
    '/apis/batch/v1/namespaces/{ns}/jobs',
    named('batch/v1', 'Job', { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'b:1' }] } } } }),
  ],
  [
    '/apis/batch/v1/namespaces/{ns}/cronjobs',
    named('batch/v1', 'CronJob', {
      spec: {
        schedule: '* * * * *',
        jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'b:1' }] } } } },
      },
    }),
  ],
  [`${core}/pods`, named('v1', 'Pod', { spec: { containers: [{ name: 'a', image: 'b:1', resources: { requests: { cpu: '1' } } }] } })],
  [`${core}/services`, service],
  [`${core}/services`, named('v1', 'Service', { spec: { selector: labels, ports: [{ port: 80 }], sessionAffinity: 'ClientIP' } })],
  [`${core}/services`, named('v1', 'Service', { spec: { clusterIP: 'None', selector: labels } })],
  [`${core}/services`, named('v1', 'Service', { spec: { type: 'ExternalName', externalName: 'x.test' } })],
  [`${core}/configmaps`, config()],
  [`${core}/secrets`, named('v1', 'Secret', { data: { a: 'YQ==' }, stringData: { b: 'c' } })],
  [`${core}/serviceaccounts`, named('v1', 'ServiceAccount', {})],
  [
    `${core}/persistentvolumeclaims`,
    named('v1', 'PersistentVolumeClaim', { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }),
  ],
  [`${core}/resourcequotas`, named('v1', 'ResourceQuota', { spec: { hard: { pods: '1' } } })],
  [
    '/apis/autoscaling/v2/namespaces/{ns}/horizontalpodautoscalers',
    named('autoscaling/v2', 'HorizontalPodAutoscaler', {
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 3 },
    }),
  ],
  [
    '/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets',
    named('policy/v1', 'PodDisruptionBudget', { spec: { minAvailable: 1, selector: { matchLabels: labels } } }),
  ],
  [
    `${networking}/ingresses`,
    named('networking.k8s.io/v1', 'Ingress', {
      spec: {
        rules: [
          {
            host: 'x.test',
            http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] },
          },
        ],
      },
    }),
  ],
  [
    `${networking}/networkpolicies`,
    named('networking.k8s.io/v1', 'NetworkPolicy', {
      spec: { podSelector: { matchLabels: labels }, ingress: [{ ports: [{ port: 80 }] }] },
    }),
  ],
  [`${rbac}/roles`, named('rbac.authorization.k8s.io/v1', 'Role', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] })],
  [
    `${rbac}/rolebindings`,
    named('rbac.authorization.k8s.io/v1', 'RoleBinding', {
      roleRef: { kind: 'Role', name: 'web' },
      subjects: [
        { kind: 'User', name: 'u' },
        { kind: 'ServiceAccount', name: 'default' },
      ],
    }),
  ],
  ['/apis/coordination.k8s.io/v1/namespaces/{ns}/leases', named('coordination.k8s.io/v1', 'Lease', { spec: { holderIdentity: 'me' } })],
  ['/api/v1/namespaces', named('v1', 'Namespace', {})],
];
