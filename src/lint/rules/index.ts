/** The table of rules. */
import type { Rule } from '../finding.ts';
import { autoscalerWithoutRequests } from './autoscalers.ts';
import { budgetOfAllOrNone, noDisruptionBudget, oneReplica, rollEmpties } from './counts.ts';
import { floatingImage, unexpandedImage } from './images.ts';
import { livenessEqualsReadiness, noReadinessProbe } from './probes.ts';
import { unknownTargetPort } from './services.ts';
import { graceTooShort } from './shutdown.ts';
import { unreplacedToken } from './tokens.ts';

/** Every rule, in the order in which findings of one line are told. */
export const rules: readonly Rule[] = [
  noReadinessProbe,
  livenessEqualsReadiness,
  oneReplica,
  noDisruptionBudget,
  budgetOfAllOrNone,
  rollEmpties,
  autoscalerWithoutRequests,
  graceTooShort,
  floatingImage,
  unexpandedImage,
  unknownTargetPort,
  unreplacedToken,
];
