import { releaseSample, samples } from './lab/applications.ts';
import { byTurns, facts } from './lab/fact.ts';
import { describeOnLab } from './lab/lab.ts';
import type { Flags } from './lab/rollout.ts';
import { trafficOn } from './lab/traffic.ts';

const methods: Readonly<Record<string, Flags>> = {
  smi: { 'traffic-split-method': 'smi' },
  pod: { 'traffic-split-method': 'pod', 'baseline-and-canary-replicas': null, baseline: false },
};

describeOnLab.each(Object.entries(methods))('a sample application by %s', (_, flags) => {
  facts(
    byTurns(samples),
    '%s: a canary is rejected, another promoted, no request is lost, and the cluster is as the files say',
    (_title, name, form) => releaseSample(name, form, { flags, traffic: (scene, service) => trafficOn(scene, service, 100) }),
  );
});
