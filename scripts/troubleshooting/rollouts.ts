import type { ErrorCode } from '../../src/errors.ts';
import type { Page } from './page.ts';

/** What the plan refuses before anything is written. */
export const refusals = {
  ROLLOUT_OPEN: {
    means: 'A rollout is open, and the requested action is not possible beside it.',
    causes: ['An earlier run was neither promoted nor rejected.'],
    remedy: 'Promote or reject it first; `status` shows it.',
  },
  CONCURRENT_ROLLOUT: {
    means: 'Another run is working on the same workload.',
    causes: ['Two pipelines at once.', 'A run that was killed seconds ago.'],
    remedy: 'Wait until it ends. The claim of a dead run expires within the time that the message names.',
  },
  FOREIGN_ROLLOUT: {
    means: 'Another tool has an open canary of this workload, or has left parts of one.',
    causes: ['Azure/k8s-deploy, KubernetesManifest, Flagger or Argo Rollouts started it.'],
    remedy:
      'End it with the tool that started it. What Azure/k8s-deploy or KubernetesManifest has left, `adopt: true` settles: all requests go to the running version, then the rest goes.',
  },
  NAME_TAKEN: {
    means: 'An object that is not ours has the name of a variant or of the copy of a policy.',
    causes: ['Somebody created a Deployment called `web-canary` by hand.'],
    remedy: 'Rename or remove it; the rollout never takes over an object of yours.',
  },
  ROUTE_TAKEN: {
    means: 'Something else already splits the same requests.',
    causes: ['Two workloads behind one Service in one run.', 'A TrafficSplit, VirtualService or route of another owner.'],
    remedy: 'Release one after the other, or remove the object that the message names.',
  },
  NO_SERVICE: {
    means: 'No Service selects the pods, so there are no requests to split.',
    causes: ['The selector does not match the labels of the pod template.', 'The Service is headless.', 'The workload is a worker.'],
    remedy: 'Correct the selector; release a worker with strategy `none` or `recreate`.',
  },
  NO_ROUTE: {
    means: 'The method needs a route to the Service, and there is none.',
    causes: ['The Ingress is of another class.', 'The route leads to another Service or port.'],
    remedy: 'Point the route at the Service, or choose the method that matches how your requests arrive.',
  },
  ROUTER_UNAVAILABLE: {
    means: 'The cluster does not serve the kinds of this method.',
    causes: ['The mesh or the gateway is not installed here.'],
    remedy: 'Set `traffic-split-method: auto` to detect what this cluster has.',
  },
  UNSUPPORTED: {
    means: 'This method, strategy or data plane does not support the request.',
    causes: ['Header rules with a method that supports only weights.', 'A data plane that would not follow the split.'],
    remedy: 'The message names what supports it. [The matrix](matrix.md) lists all combinations.',
  },
  ISOLATION_IMPOSSIBLE: {
    means: 'No label can keep the canary out of a Service or a policy that is meant for stable.',
    causes: ['A Service selects by labels that every pod needs.'],
    remedy: 'Narrow the selector, or set `isolation: none` and accept that the canary gets requests by its number of pods.',
  },
  IMMUTABLE_FIELD: {
    means: 'The file changes a field that the API does not allow to change.',
    causes: ['The selector of a Deployment.', 'The template of a Job.', 'An immutable ConfigMap or Secret.'],
    remedy: 'Give the object a new name; the message says how to do that for its kind.',
  },
  NOTHING_TO_PROMOTE: {
    means: 'There is no canary of this release.',
    causes: ['It was rejected, or removed by a deploy that failed.', 'The step looks in another namespace.'],
    remedy: 'Deploy it first; `status` shows what is open.',
  },
  SEVERAL_ROLLOUTS: {
    means: 'Several rollouts are open in the namespace, and the step does not say which one it means.',
    causes: ['`promote` or `reject` without manifests.'],
    remedy: 'Set `manifests` or `application`.',
  },
  SEVERAL_VERSIONS: {
    means: 'Several versions get copies of the requests, and the step has to name one.',
    causes: ['Shadows with several names.'],
    remedy: 'Set `variant-name`.',
  },
  RELEASE_MISMATCH: {
    means: 'The canary does not run the release that you want to promote.',
    causes: ['Images or files that differ from those of the deploy.', 'Somebody changed the canary.'],
    remedy: 'Promote with exactly the files, images and inputs of the deploy.',
  },
  DEPLOY_UNFINISHED: {
    means: 'The deploy of this canary never finished.',
    causes: ['It was cancelled or killed.'],
    remedy: 'Run deploy again: it resumes where it stopped. Or reject.',
  },
  CANARY_NOT_READY: {
    means: 'Pods of the canary are not ready at the time of the promote.',
    causes: ['They have crashed or been evicted since the deploy.'],
    remedy: 'Check the pods, then promote again or reject.',
  },
  PROMOTE_IN_PROGRESS: {
    means: 'A promote has begun but not finished.',
    causes: ['It was cancelled or killed.'],
    remedy: 'Run promote again to finish it, or reject to go back.',
  },
  REJECT_IN_PROGRESS: {
    means: 'A reject has begun but not finished.',
    causes: ['It was cancelled or killed.'],
    remedy: 'Run reject again to finish it.',
  },
  STABLE_CHANGED: {
    means: 'Somebody changed stable while the canary was open.',
    causes: ['GitOps, a person or a second pipeline applied the files.'],
    remedy: 'Decide which version is right. The message says what stable runs, how to go back, and which input continues.',
  },
  STABLE_DIFFERS: {
    means: 'Somebody else wrote stable while it was being replaced.',
    causes: ['A controller enforces its own version of the object.'],
    remedy: 'Find the writer in `metadata.managedFields`, then run the action again or reject.',
  },
  UNHEALTHY_STABLE: {
    means: 'Stable itself is unhealthy, so nothing can be compared with it.',
    causes: ['It is paused.', 'It is scaled to 0 replicas.'],
    remedy: 'Fix stable first, or release over it with `allow-unhealthy-stable: true`.',
  },
  NEWER_ROLLOUT: {
    means: 'A newer run has an open rollout.',
    causes: ['An old run was re-run, or approved late.'],
    remedy: 'Leave the release to the newer run, or set `on-open: replace`.',
  },
  RECORD_TOO_LARGE: {
    means: 'The record of the rollout does not fit into a ConfigMap.',
    causes: ['Large ConfigMaps or Secrets among the files.'],
    remedy: 'Apply them in a separate step.',
  },
  RECORD_BROKEN: {
    means: 'The ConfigMap with the record of the rollout cannot be read.',
    causes: ['Somebody edited it.', 'A newer release of this tool wrote it.'],
    remedy: 'The message names the ConfigMap and says how to go back. Other workloads are not affected.',
  },
} satisfies Partial<Record<ErrorCode, Page>>;

/** What ends a rollout that runs. */
export const running = {
  NOT_READY: {
    means: 'Pods did not become ready.',
    causes: ['An image that cannot be pulled.', 'A probe that fails.', 'A quota or an admission policy.', 'No node with enough room.'],
    remedy: 'The message gives the reasons of the pods and their last log lines. If it was a canary, all requests are back on stable.',
  },
  ROUTE_NOT_ACCEPTED: {
    means: 'The data plane did not accept the route within the timeout, or rejected it.',
    causes: ['The controller of the gateway is down.', 'A listener that does not allow routes from this namespace.'],
    remedy: "Check the route's status with the command in the message.",
  },
  ROUTE_CHANGED: {
    means: 'The route no longer has the content that the rollout wrote.',
    causes: ['GitOps restored the old one.', 'A second pipeline.'],
    remedy: 'Stop the other writer from changing the weights, then run the action again.',
  },
  SCRIPT_FAILED: {
    means: 'The script of `traffic-split-method: script` failed or took too long.',
    causes: ['Its exit code was not 0.', 'It exceeded its time limit.'],
    remedy: 'Its last lines are in the message.',
  },
  PROBE_FAILED: {
    means: 'A pod did not answer a request of `probe` as the input demands. The canary had received no user request.',
    causes: ['A wrong path, status or body.', 'An answer that came too late.'],
    remedy: 'The message shows the request and the answer.',
  },
  SHARE_OFF: {
    means: 'The canary got no requests, although its share and the traffic beside it say that it should.',
    causes: ['A data plane that does not read the route.', 'Requests that arrive by another path.'],
    remedy: 'Find out how your requests arrive, and choose the method that matches.',
  },
  ANALYSIS_FAILED: {
    means: 'The new version is worse than the old one; the requests went back to stable.',
    causes: ['More errors, slower answers or worse health than the baseline.'],
    remedy: 'The summary and the report show the numbers of each metric.',
  },
  ANALYSIS_INCONCLUSIVE: {
    means: 'There were too few requests to tell the versions apart.',
    causes: ['A small share, a short soak or little traffic.'],
    remedy: 'Set a longer `soak` or a larger share; `kubernetes-rollout size` says how long it takes.',
  },
  ANALYSIS_UNFINISHED: {
    means: 'An analysis of this canary began but reached no verdict.',
    causes: ['The step that watched it was cancelled.'],
    remedy: 'Run deploy again: it resumes the analysis. `accept-analysis: none` promotes without it.',
  },
  NO_DATA: {
    means: 'A metric could not be read, so nothing is known about the new version.',
    causes: ['Pods without counters.', 'A missing permission on `pods/proxy`.', 'Prometheus does not know the pods.'],
    remedy: 'The message says what was read and what to grant. See [metrics](metrics.md).',
  },
  NOT_APPROVED: {
    means: 'A step with `hold` waited for a person, who refused the new version or did not answer.',
    causes: ['Somebody ran `kubernetes-rollout refuse`.', 'The time of `hold` expired.'],
    remedy: 'The message says who refused it. All requests are on the old version; run the step again to ask again.',
  },
  NOT_HELD: {
    means: '`approve` or `refuse` found no step that waits for an answer.',
    causes: [
      'The step has no `hold`, or still soaks.',
      'Somebody answered first, or the time expired.',
      'The step is in another namespace.',
    ],
    remedy: '`kubernetes-rollout status` shows what waits, and who answered.',
  },
  INTERRUPTED: {
    means: 'The step was cancelled and stopped in order.',
    causes: ['Ctrl-C, or a cancelled job.'],
    remedy: 'The message says where the requests are. Run the same action again, or reject.',
  },
  UNFINISHED: {
    means: 'The process ended before its work did.',
    causes: ['It waited for something that will never happen.'],
    remedy: 'Run the same action again: it reads the current state and resumes. Please report this.',
  },
} satisfies Partial<Record<ErrorCode, Page>>;
