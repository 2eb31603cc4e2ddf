/** Why a rollout stopped or refused. The codes are part of the product: users search for them. */
export type ErrorCode =
  // Inputs and manifests
  | 'INVALID_INPUT'
  | 'INVALID_MANIFEST'
  | 'NOTHING_TO_DEPLOY'
  // The connection
  | 'INVALID_KUBECONFIG'
  | 'TOKEN_EXPIRED'
  | 'LOGIN_FAILED'
  | 'UNREACHABLE'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  // The API server's answers
  | 'NOT_SERVED'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'CONFLICT'
  | 'APPLY_CONFLICT'
  | 'INVALID'
  | 'TOO_MANY_REQUESTS'
  | 'API_ERROR'
  // Refusals of the plan
  | 'ROLLOUT_OPEN'
  | 'CONCURRENT_ROLLOUT'
  | 'FOREIGN_ROLLOUT'
  | 'NAME_TAKEN'
  | 'ROUTE_TAKEN'
  | 'NO_SERVICE'
  | 'NO_ROUTE'
  | 'ROUTER_UNAVAILABLE'
  | 'UNSUPPORTED'
  | 'ISOLATION_IMPOSSIBLE'
  | 'IMMUTABLE_FIELD'
  | 'NOTHING_TO_PROMOTE'
  | 'SEVERAL_ROLLOUTS'
  | 'SEVERAL_VERSIONS'
  | 'RELEASE_MISMATCH'
  | 'DEPLOY_UNFINISHED'
  | 'CANARY_NOT_READY'
  | 'PROMOTE_IN_PROGRESS'
  | 'REJECT_IN_PROGRESS'
  | 'STABLE_CHANGED'
  | 'STABLE_DIFFERS'
  | 'UNHEALTHY_STABLE'
  | 'NEWER_ROLLOUT'
  | 'RECORD_TOO_LARGE'
  | 'RECORD_BROKEN'
  // While it runs
  | 'NOT_READY'
  | 'ROUTE_NOT_ACCEPTED'
  | 'ROUTE_CHANGED'
  | 'SCRIPT_FAILED'
  | 'PROBE_FAILED'
  | 'SHARE_OFF'
  | 'ANALYSIS_FAILED'
  | 'ANALYSIS_INCONCLUSIVE'
  | 'ANALYSIS_UNFINISHED'
  | 'NO_DATA'
  | 'NOT_APPROVED'
  | 'NOT_HELD'
  | 'INTERRUPTED'
  | 'UNFINISHED';

/** A failure that the user can act on: what happened (message, with the object's or the file's name) and what to do (hint). */
export class RolloutError extends Error {
  override readonly name = 'RolloutError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
