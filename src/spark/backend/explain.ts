import { counted, type DecisionNote, type Reference } from '../../actors/index.ts'
import { executorSubject } from '../decision-points.ts'
import {
  answerOffer,
  checkOffer,
  type CoarseLimits,
  type OfferAnswer,
  type OfferView,
  type Running,
} from './coarse-offers.ts'
import {
  answerTaskOffer,
  type TaskLimits,
  type TaskOffer,
  type TaskOfferAnswer,
} from './task-offers.ts'

/** Upon what an offer was answered; plain values, so that the answer can be reckoned again. */
export interface OfferCase {
  readonly limits: CoarseLimits
  readonly running: Running
  readonly offer: OfferView
}

/** What an application made of an offer. */
export function offerAnswerNote(
  app: string,
  offerId: string,
  asked: OfferCase,
  answer: OfferAnswer,
  executorId: string | undefined,
  see: readonly Reference[],
): DecisionNote {
  const { agentId, cpus, memMb } = asked.offer
  return {
    asked: `Is there use for offer ${offerId} of ${cpus} cpus and ${memMb} MB on agent ${agentId}?`,
    chosen:
      answer.type === 'launch'
        ? `yes: executor ${executorId} is launched with ${counted(answer.cores, 'core')}`
        : `no: it is declined for ${answer.refuseSeconds} s`,
    because: answer.reason,
    input: `${counted(asked.running.size, 'executor')} with ${counted(coresOf(asked.running), 'core')} running`,
    about: [
      `offer ${offerId}`,
      ...(executorId === undefined ? [] : [executorSubject(app, executorId)]),
    ],
    see,
    recompute: () => [
      ...checkOffer(asked.limits, asked.running, asked.offer).map(
        ({ isMet, rule, values }) => `${isMet ? 'met' : 'not met'}: ${rule} (${values})`,
      ),
      `so the answer is: ${answerOffer(asked.limits, asked.running, asked.offer).type}`,
    ],
  }
}

/** What a fine-grained application made of an offer. */
export function taskOfferNote(
  app: string,
  offerId: string,
  limits: TaskLimits,
  offer: TaskOffer,
  answer: TaskOfferAnswer,
): DecisionNote {
  const { agentId, cpus, memMb } = offer
  return {
    asked: `Is there room for tasks in offer ${offerId} of ${cpus} cpus and ${memMb} MB on agent ${agentId}?`,
    chosen:
      answer.type === 'lend' ? `yes: for ${counted(answer.slots, 'task')}` : 'no: it is declined',
    because: answer.reason,
    input: `application ${app}`,
    about: [`offer ${offerId}`],
    recompute: () => [`so the answer is: ${answerTaskOffer(limits, offer).type}`],
  }
}

function coresOf(running: Running): number {
  return [...running.values()].reduce((sum, cores) => sum + cores, 0)
}
