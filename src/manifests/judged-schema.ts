/** What a record may say of how a version was judged, by requests and by people. */
import type { Answers } from '../model/metrics.ts';
import type { Analysis, Answer, Hold, JudgedMetric } from '../model/record.ts';
import { aCount, aNumber, aShare, aText, aTextLike, exactly, fieldsOf, listOf, mapOf, nullable, oneOf, optional } from './decoder.ts';

/** A record is no place for a novel, and what stands there is shown. */
const aLine = aTextLike(/^.{0,300}$/s, 'a text of at most 300 characters');

const aVerdict = oneOf('pass', 'fail', 'inconclusive', 'no-data');

const someAnswers = fieldsOf<Answers>({ requests: aNumber, errors: nullable(aNumber), slower: mapOf(aNumber) });

/** How a version was judged last. */
export const anAnalysis = fieldsOf<Analysis>({
  stage: aText,
  since: aNumber,
  verdict: nullable(aVerdict),
  score: nullable(aShare),
  metrics: listOf(fieldsOf<JudgedMetric>({ metric: aText, verdict: aVerdict, said: optional(aLine) })),
  asked: optional(listOf(aText)),
  accepted: optional(exactly(true)),
  from: optional(mapOf(someAnswers)),
  restarts: optional(mapOf(aCount)),
  bounds: optional(listOf(aText)),
});

/** Whether a person is asked about it, and what he said. */
export const aHold = fieldsOf<Hold>({
  stage: aText,
  since: aNumber,
  seconds: aNumber,
  process: aText,
  answer: optional(fieldsOf<Answer>({ verdict: oneOf('approve', 'refuse'), by: aLine, at: aNumber, taken: optional(exactly(true)) })),
});
