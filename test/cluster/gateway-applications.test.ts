import { releaseSample, samples } from './lab/applications.ts';
import { byTurns, facts } from './lab/fact.ts';
import { describeOnGateway, publish, trafficThrough } from './lab/gateway.ts';

describeOnGateway('a sample application behind an HTTPRoute', () => {
  facts(
    byTurns(samples),
    '%s: a canary is rejected, another promoted, no request is lost, and the cluster is as the files say',
    (_title, name, form) =>
      releaseSample(name, form, {
        flags: { 'traffic-split-method': 'gateway-api' },
        traffic: async (scene, service) => {
          await publish(scene, service);
          return trafficThrough(scene, {}, 100);
        },
      }),
  );
});
