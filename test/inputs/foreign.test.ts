import { describe, expect, test } from '@jest/globals';
import { parseInputs } from '../../src/inputs/parse.ts';
import { faults, inputs } from './parsed.ts';

describe('a step of KubernetesManifest@1 with the name changed', () => {
  test.each([
    ['0', 600],
    ['120', 120],
    ['', 600],
  ])('rolloutStatusTimeout "%s" is %i seconds', (timeout, timeoutSeconds) => {
    expect(inputs({ MANIFESTS: 'web.yaml', ROLLOUTSTATUSTIMEOUT: timeout }, 'azure')).toMatchObject({ timeoutSeconds });
  });

  test.each(['bake', 'createSecret', 'delete', 'patch', 'scale'])('its action %s is refused with what to use instead', action => {
    expect(faults({ ACTION: action, MANIFESTS: 'web.yaml' }, 'azure')).toEqual([
      expect.stringMatching(`action: "${action}" is not an action .*: `),
    ]);
  });

  test('an input of another of its actions is named with that action', () => {
    expect(parseInputs({ MANIFESTS: 'web.yaml', SECRETNAME: 'x' }, 'azure').warnings).toEqual([expect.stringContaining('createSecret')]);
  });

  const byAzure = { MANIFESTS: 'web.yaml', CONNECTIONTYPE: 'azureResourceManager', AZURERESOURCEGROUP: 'shop', KUBERNETESCLUSTER: 'web' };

  test.each(['AZURESUBSCRIPTIONCONNECTION', 'AZURESUBSCRIPTIONENDPOINT'])('names its Azure connection by %s', name => {
    expect(parseInputs({ ...byAzure, [name]: 'production', USECLUSTERADMIN: 'false' }, 'azure').warnings).toEqual([]);
  });

  test('is told what its Azure connection lacks', () => {
    expect(faults({ ...byAzure, KUBERNETESCLUSTER: '../x', AZURERESOURCEGROUP: '..' }, 'azure')).toEqual(
      ['azureSubscriptionConnection', 'azureResourceGroup', 'kubernetesCluster'].map(name =>
        expect.stringMatching(`^${name}: connectionType azureResourceManager needs it: `),
      ),
    );
  });

  test('is told what has no effect without that connection', () => {
    const all = {
      AZURESUBSCRIPTIONCONNECTION: 'production',
      USECLUSTERADMIN: 'true',
      USEPRIVATEFQDN: 'true',
      RESOURCETYPE: 'Microsoft.ContainerService/fleets',
    };
    const { warnings } = parseInputs({ ...byAzure, ...all, CONNECTIONTYPE: 'none' }, 'azure');
    expect(warnings.map(text => text.split(' ')[0]).toSorted()).toEqual(
      [
        'azureSubscriptionConnection',
        'azureResourceGroup',
        'kubernetesCluster',
        'resourceType',
        'useClusterAdmin',
        'usePrivateFqdn',
      ].toSorted(),
    );
  });

  const byService = { MANIFESTS: 'web.yaml', CONNECTIONTYPE: 'kubernetesServiceConnection' };

  test('is refused where its Kubernetes connection is left out: the kubeconfig of an agent leads to any cluster', () => {
    expect(faults(byService, 'azure')).toEqual([
      expect.stringMatching(/^kubernetesServiceConnection: connectionType kubernetesServiceConnection needs it: .*connectionType: none/),
    ]);
    expect(faults({ ...byService, KUBERNETESSERVICECONNECTION: ' ', PERCENTAGE: 'x' }, 'azure')).toHaveLength(2);
    expect(faults({ ...byService, CONNECTIONTYPE: 'kubernetes' }, 'azure')).toEqual([expect.stringMatching(/^connectionType: /)]);
  });

  test.each(['KUBERNETESSERVICECONNECTION', 'KUBERNETESSERVICEENDPOINT', 'KUBECONFIG'])('reaches its cluster by %s alone', name => {
    expect(parseInputs({ ...byService, [name]: 'production' }, 'azure').warnings).toEqual([]);
  });

  test.each([
    ['connectionType none', { CONNECTIONTYPE: 'none' }],
    ['kubeconfig', { KUBECONFIG: 'of-the-step' }],
    ['connectionType azureResourceManager', { ...byAzure, AZURESUBSCRIPTIONCONNECTION: 'production' }],
  ])('is told that %s goes before the Kubernetes connection that it names', (first, given) => {
    const { warnings } = parseInputs({ ...byService, ...given, KUBERNETESSERVICEENDPOINT: 'production' }, 'azure');
    expect(warnings).toEqual([expect.stringMatching(`^kubernetesServiceConnection has no effect beside ${first}`)]);
  });

  test('is told nothing of what the agent fills in by itself', () => {
    const filled = { USECLUSTERADMIN: 'false', USEPRIVATEFQDN: 'false', RESOURCETYPE: 'Microsoft.ContainerService/managedClusters' };
    expect(parseInputs({ MANIFESTS: 'web.yaml', ...filled }, 'azure').warnings).toEqual([]);
  });

  test('is refused for a resource type or an answer that is none', () => {
    const wrong = { ...byAzure, AZURESUBSCRIPTIONCONNECTION: 'production', RESOURCETYPE: 'fleet', USECLUSTERADMIN: 'maybe' };
    expect(faults(wrong, 'azure')).toEqual([expect.stringMatching(/^resourceType: /), expect.stringMatching(/^useClusterAdmin: /)]);
  });
});

describe('a step of Azure/k8s-deploy that names a cluster of Azure', () => {
  const theirs = { MANIFESTS: 'web.yaml', 'RESOURCE-GROUP': 'shop', NAME: 'web', 'RESOURCE-TYPE': 'Microsoft.ContainerService/fleets' };

  test('is told, once for each input, that the action does not log in to a cloud, and which steps do', () => {
    const { warnings } = parseInputs(theirs, 'github');
    expect(warnings).toEqual(
      ['resource-group', 'name', 'resource-type'].map(name =>
        expect.stringMatching(`^${name}: .* does not log in to a cloud; run azure/login and azure/aks-set-context`),
      ),
    );
  });
});

describe('a blue-green step of Azure/k8s-deploy with the name changed', () => {
  const theirs = { ACTION: 'deploy', MANIFESTS: 'web.yaml', STRATEGY: 'blue-green' };

  test.each(['service', 'ingress', 'smi'])('splits by its route-method %s, whether GitHub hands our default over or not', method => {
    for (const raw of [theirs, { ...theirs, 'TRAFFIC-SPLIT-METHOD': 'pod' }]) {
      const { inputs: read, warnings } = parseInputs({ ...raw, 'ROUTE-METHOD': method.toUpperCase() }, 'github');
      expect([read.router, read.percentage]).toEqual([[method], 0]);
      expect(warnings).toEqual([expect.stringMatching(/^route-method: \w+ is read as .* it stands by until promote/)]);
    }
    for (const action of ['promote', 'reject'])
      expect(parseInputs({ ...theirs, ACTION: action, 'ROUTE-METHOD': method }, 'github')).toMatchObject({
        inputs: { router: [method] },
        warnings: [],
      });
  });

  test('goes by the method that it names, and is told that route-method says nothing then', () => {
    const { inputs: read, warnings } = parseInputs({ ...theirs, 'TRAFFIC-SPLIT-METHOD': 'istio', 'ROUTE-METHOD': 'smi' }, 'github');
    expect(read.router).toEqual(['istio']);
    expect(warnings).toEqual([expect.stringContaining('route-method: there is no such input here')]);
  });

  test.each([
    ['version-switch-buffer', '0'],
    ['resource-group', 'rg'],
    ['kubectl-version', 'latest'],
  ])('without a route-method has its default, service, where %s shows whose it was', (name, value) => {
    const given = { ...theirs, [name.toUpperCase()]: value, 'TRAFFIC-SPLIT-METHOD': 'pod' };
    const { inputs: read, warnings } = parseInputs(given, 'github');
    expect([read.router, read.percentage]).toEqual([['service'], 0]);
    expect(warnings).toContainEqual(
      expect.stringMatching(/^route-method is not given, so its default, service, is read as .* it stands by/),
    );
    expect(inputs({ ...given, ACTION: 'promote' }).router).toEqual(['service']);
    expect(inputs({ ...given, 'TRAFFIC-SPLIT-METHOD': 'istio' }).router).toEqual(['istio']);
  });

  test('without any method, or with one that is none of theirs, is refused with the methods that can', () => {
    for (const raw of [theirs, { ...theirs, 'ROUTE-METHOD': 'dns' }])
      expect(faults(raw)).toEqual([
        expect.stringMatching(/strategy blue-green does not work with pod counts.*; service needs nothing but the Service$/),
      ]);
  });

  test('of another strategy does not split by route-method', () => {
    expect(inputs({ ...theirs, STRATEGY: 'canary', PERCENTAGE: '20', 'ROUTE-METHOD': 'service' }).router).toEqual(['pod']);
  });
});
