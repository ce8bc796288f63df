/**
 * Explain: what was decided, upon what, and why not otherwise.
 *
 * Whatever chooses among candidates (a strategy, an allocator, a scheduler) is a *decision point*. It notes each
 * decision in the {@link DecisionLog} of its system: what was asked, the choice, counts of rejected candidates by reason
 * and a few of them. A *subject* (`job 0`, `offer …-O3`, `actor /user/a`) is what somebody asks about; a decision names
 * those it is `about`, and in `see` where to read on, on this node or another. {@link follow} walks these references;
 * {@link formatExplanation} makes sentences of what it found.
 *
 * Guarantees: memory is bounded whatever happens (a ring a point, texts and lists cut); noting looks nothing up, sends
 * nothing, fails never; the whole account is made when somebody asks, by the function that decided, where its input is
 * still there; an explanation ends, each question being asked once, with a limit.
 */
export { DecisionLog } from './decision-log.ts'
export type { Account, Answer, DecisionLimits, DecisionUsage, Inquiry } from './decision-log.ts'
export type {
  DecisionNote,
  DecisionPoint,
  DecisionRecord,
  LazyNote,
  Reference,
  RejectedCandidate,
} from './decision.ts'
export { formatDecisions, formatExplanation } from './explanation.ts'
export type { Explanation, NodeAnswer, Unanswered } from './explanation.ts'
export { follow } from './follow.ts'
export type { AnswerOfNode, Asking, ExplainOptions } from './follow.ts'
export { counted, sentencesOf } from './sentences.ts'
export { actorSubject, isMeant, readSubject, subject } from './subject.ts'
export type { Subject } from './subject.ts'
export { noteDirective } from './supervision-note.ts'
export { PlacementNote, placementPoint } from './placement-note.ts'
export type { PlaceCandidate } from './placement-note.ts'
export { clipped } from './bounded-words.ts'
