import type { ErrorCode } from '../../src/errors.ts';
import type { Page } from './page.ts';

/** What the plan refuses before anything is written. */
export const refusals = {
  ROLLOUT_OPEN: {
    means: 'A rollout is open, and what was asked cannot stand beside it.',
    causes: ['An earlier run was neither promoted nor rejected.'],
    remedy: 'Promote or reject it first; `status` shows it.',
  },
  CONCURRENT_ROLLOUT: {
    means: 'Another run is at work on the same workload now.',
    causes: ['Two pipelines at once.', 'A run that was killed seconds ago.'],
    remedy: 'Wait for its end. A run that is gone loses its claim by itself within the time that the message names.',
  },
  FOREIGN_ROLLOUT: {
    means: 'Another tool has a canary of this workload open.',
    causes: ['Azure/k8s-deploy, KubernetesManifest, Flagger or Argo Rollouts began one.'],
    remedy: 'End it with the tool that began it.',
  },
  NAME_TAKEN: {
    means: 'An object has the name that a variant or a copy of a policy would get, and is not ours.',
    causes: ['A Deployment called `web-canary` was made by hand.'],
    remedy: 'Rename or remove it; nothing of yours is taken over.',
  },
  ROUTE_TAKEN: {
    means: 'The same requests are split by something else already.',
    causes: ['Two workloads behind one Service in one run.', 'A TrafficSplit, VirtualService or route of another owner.'],
    remedy: 'Release one after the other, or remove the rival that is named.',
  },
  NO_SERVICE: {
    means: 'No Service selects the pods, so there are no requests to split.',
    causes: ['The selector does not match the labels of the pod template.', 'The Service is headless.', 'The workload is a worker.'],
    remedy: 'Correct the selector; release a worker with strategy `none` or `recreate`.',
  },
  NO_ROUTE: {
    means: 'The method needs a route to the Service, and there is none.',
    causes: ['The Ingress is of another class.', 'The route leads to another Service or port.'],
    remedy: 'Point the route at the Service, or choose the method of the way that your requests come.',
  },
  ROUTER_UNAVAILABLE: {
    means: 'The cluster does not serve the kinds of this method.',
    causes: ['The mesh or the gateway is not installed here.'],
    remedy: 'Let `traffic-split-method: auto` look for what this cluster has.',
  },
  UNSUPPORTED: {
    means: 'What was asked cannot be done by this method, strategy or data plane.',
    causes: ['Rules by header by a method that only knows weights.', 'A data plane that would not follow the split.'],
    remedy: 'The message names what can do it. [The matrix](matrix.md) has all combinations.',
  },
  ISOLATION_IMPOSSIBLE: {
    means: 'No label keeps the canary out of a Service or a policy that means stable.',
    causes: ['A Service that selects by labels which every pod needs.'],
    remedy: 'Narrow the selector, or set `isolation: none` and accept requests by the count of pods.',
  },
  IMMUTABLE_FIELD: {
    means: 'The file changes a field that the API does not change in place.',
    causes: ['The selector of a Deployment.', 'The template of a Job.', 'An immutable ConfigMap or Secret.'],
    remedy: 'Give the object a new name; the message says how for its kind.',
  },
  NOTHING_TO_PROMOTE: {
    means: 'No canary of this release is there.',
    causes: ['It was rejected, or a failing deploy took it back.', 'Another namespace.'],
    remedy: 'Deploy it first; `status` shows what is open.',
  },
  SEVERAL_ROLLOUTS: {
    means: 'Several rollouts are open in the namespace, and the step does not say which is meant.',
    causes: ['`promote` or `reject` without files.'],
    remedy: 'Give the manifests, or `application`.',
  },
  SEVERAL_VERSIONS: {
    means: 'Several versions get copies of requests, and one has to be named.',
    causes: ['Shadows of several names.'],
    remedy: 'Set `variant-name`.',
  },
  RELEASE_MISMATCH: {
    means: 'The canary runs another release than the one that is to be promoted.',
    causes: ['Other images or files than at the deploy.', 'Somebody changed the canary.'],
    remedy: 'Promote with the very files, images and inputs that were deployed.',
  },
  DEPLOY_UNFINISHED: {
    means: 'The deploy of this canary never came to its end.',
    causes: ['It was cancelled or killed.'],
    remedy: 'Run deploy again: it goes on from where it stopped. Or reject.',
  },
  CANARY_NOT_READY: {
    means: 'Pods of the canary are not ready at the moment of promote.',
    causes: ['They crash, or were evicted, since the deploy.'],
    remedy: 'Look at the pods, then promote again or reject.',
  },
  PROMOTE_IN_PROGRESS: {
    means: 'A promote has begun and not ended.',
    causes: ['It was cancelled or killed.'],
    remedy: 'Run promote again to finish it, or reject to go back.',
  },
  REJECT_IN_PROGRESS: {
    means: 'A reject has begun and not ended.',
    causes: ['It was cancelled or killed.'],
    remedy: 'Run reject again to finish it.',
  },
  STABLE_CHANGED: {
    means: 'Somebody changed stable while the canary was open.',
    causes: ['GitOps, a person or a second pipeline applied the files.'],
    remedy: 'Decide which version is right; the message says what stable runs and how to go back, or which input goes on.',
  },
  STABLE_DIFFERS: {
    means: 'Stable was written by somebody else while it was being replaced.',
    causes: ['A controller that keeps its own version of the object.'],
    remedy: 'Find the writer in `metadata.managedFields`, then run the action again or reject.',
  },
  UNHEALTHY_STABLE: {
    means: 'Stable itself is not well, so nothing can be compared with it.',
    causes: ['It is paused.', 'It is scaled to 0 replicas.'],
    remedy: 'Mend stable first. `allow-unhealthy-stable: true` releases over it.',
  },
  NEWER_ROLLOUT: {
    means: 'A newer run has its rollout open.',
    causes: ['An old run was started again, or approved late.'],
    remedy: 'Leave it to the newer one, or set `on-open: replace`.',
  },
  RECORD_TOO_LARGE: {
    means: 'What has to be remembered does not fit into a ConfigMap.',
    causes: ['Large ConfigMaps or Secrets among the files.'],
    remedy: 'Apply them in a step of their own.',
  },
  RECORD_BROKEN: {
    means: 'The ConfigMap with the record of the rollout cannot be read.',
    causes: ['Somebody edited it.', 'A newer release of this tool wrote it.'],
    remedy: 'The message names it, and the way back. Other workloads are not concerned.',
  },
} satisfies Partial<Record<ErrorCode, Page>>;

/** What ends a rollout that runs. */
export const running = {
  NOT_READY: {
    means: 'Pods did not become ready.',
    causes: ['An image that cannot be pulled.', 'A probe that fails.', 'A quota or an admission policy.', 'No node with room.'],
    remedy: 'The message holds the reasons of the pods and their last log lines. A canary was taken back; all requests are on stable.',
  },
  ROUTE_NOT_ACCEPTED: {
    means: 'The data plane did not take the route within the timeout, or refused it.',
    causes: ['The controller of the gateway is down.', 'A listener that does not allow routes of this namespace.'],
    remedy: "Look at the route's status with the command in the message.",
  },
  ROUTE_CHANGED: {
    means: 'The route no longer says what was written.',
    causes: ['GitOps put the old one back.', 'A second pipeline.'],
    remedy: 'Let the other writer leave the weights alone, then run the action again.',
  },
  SCRIPT_FAILED: {
    means: 'The script of `traffic-split-method: script` failed or took too long.',
    causes: ['Its exit code was not 0.', 'It outlived its time limit.'],
    remedy: 'Its last lines are in the message.',
  },
  PROBE_FAILED: {
    means: 'A question of `probe` was not answered as the input says, before the canary got its first request.',
    causes: ['A wrong path, status or body.', 'An answer that came too late.'],
    remedy: 'The message shows question and answer.',
  },
  SHARE_OFF: {
    means: 'The canary got no request, although its share and the requests beside it say that it should.',
    causes: ['A data plane that does not read the route.', 'Requests that come by another way.'],
    remedy: 'See which way your requests come, and choose the method of that way.',
  },
  ANALYSIS_FAILED: {
    means: 'The new version is worse than the old one; the requests went back to stable.',
    causes: ['More errors, slower answers or worse health than the baseline.'],
    remedy: 'Summary and report show the numbers of each metric.',
  },
  ANALYSIS_INCONCLUSIVE: {
    means: 'There were too few requests to tell the versions apart.',
    causes: ['A small share, a short soak or little traffic.'],
    remedy: 'Give it a longer `soak` or a larger share; `kubernetes-rollout size` says how long it takes.',
  },
  ANALYSIS_UNFINISHED: {
    means: 'An analysis of this canary was begun and has no verdict.',
    causes: ['The step that watched was cancelled.'],
    remedy: 'Run deploy again: it goes on with the analysis. `accept-analysis: none` promotes without it.',
  },
  NO_DATA: {
    means: 'A metric could not be read, so nothing can be said of the new version.',
    causes: ['Pods without counters.', 'A missing right on `pods/proxy`.', 'Prometheus does not know the pods.'],
    remedy: 'The message says which page was read and what to grant. See [metrics](metrics.md).',
  },
  NOT_APPROVED: {
    means: 'A step with `hold` waited for a person, and he refused the new version or nobody answered.',
    causes: ['`kubernetes-rollout refuse`.', 'The time of `hold` was over.'],
    remedy: 'The message says who refused it. All requests are on the old version; run the step again to ask anew.',
  },
  NOT_HELD: {
    means: '`approve` or `refuse` found no step that waits for an answer.',
    causes: ['The step has no `hold`, or still soaks.', 'Somebody was faster, or its time was over.', 'Another namespace is meant.'],
    remedy: '`kubernetes-rollout status` shows what waits, and who answered.',
  },
  INTERRUPTED: {
    means: 'The step was cancelled, and ended by itself.',
    causes: ['Ctrl-C, or a cancelled job.'],
    remedy: 'The message says where the requests are. Run the same action again, or reject.',
  },
  UNFINISHED: {
    means: 'The process ended before its work did.',
    causes: ['Something that it waited for will never come.'],
    remedy: 'Run the same action again: it reads what is there and goes on. Please report it.',
  },
} satisfies Partial<Record<ErrorCode, Page>>;
