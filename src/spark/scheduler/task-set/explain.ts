import {
  actorSubject,
  clipped,
  counted,
  type DecisionNote,
  type LazyNote,
  type Reference,
  type Subject,
} from '../../../actors/index.ts'
import { executorSubject, jobSubject, stageSubject, taskSubjects } from '../../decision-points.ts'
import type { SlotOffer, TaskKey, TaskSetEffect } from './events.ts'
import type { TaskSetState, TaskState } from './state.ts'

/** Whose tasks they are. */
export interface SetName {
  readonly app: string
  readonly jobId: number
  readonly stageId: number
  readonly stageAttempt: number
}

const NAMED = 8

type Rejection = 'it had failed there' | 'not the host it prefers' | 'as good, but not picked'

/** Why a task that could have run on `slot` did not; the rule is that of the transition. */
function whyNotOn(
  slot: SlotOffer,
  preferredHosts: readonly string[],
  failedOn: ReadonlySet<string>,
): Rejection {
  if (failedOn.has(slot.executorId)) return 'it had failed there'
  return preferredHosts.length > 0 && !preferredHosts.includes(slot.host)
    ? 'not the host it prefers'
    : 'as good, but not picked'
}

/** The placement of one try of one task. The slots are those of the offer, shared by all its placements. */
export class LaunchNote implements LazyNote {
  readonly #name: SetName
  readonly #partition: number
  readonly #effect: Extract<TaskSetEffect, { readonly type: 'launch' }>
  readonly #slots: readonly SlotOffer[]
  readonly #offerReason: string
  readonly #preferredHosts: readonly string[]
  readonly #failedOn: readonly string[]
  readonly #path: string

  constructor(
    name: SetName,
    effect: Extract<TaskSetEffect, { readonly type: 'launch' }>,
    offer: { readonly slots: readonly SlotOffer[]; readonly reason: string },
    { locations, failedOn }: TaskState,
    path: string,
  ) {
    this.#name = name
    this.#partition = effect.partition
    this.#effect = effect
    this.#slots = offer.slots
    this.#offerReason = offer.reason
    this.#preferredHosts = locations.length === 0 ? [] : locations.map(({ host }) => host)
    this.#failedOn = failedOn.size === 0 ? [] : [...failedOn].slice(0, NAMED)
    this.#path = path
  }

  toNote(): DecisionNote {
    const { attempt, executorId, reason } = this.#effect
    const { app, stageId, stageAttempt } = this.#name
    const failedOn = new Set(this.#failedOn)
    const rejected = new Map<string, number>()
    const samples: { candidate: string; reason: string }[] = []
    for (const slot of this.#slots) {
      if (slot.executorId === executorId) continue
      const why = whyNotOn(slot, this.#preferredHosts, failedOn)
      rejected.set(why, (rejected.get(why) ?? 0) + 1)
      if (samples.length < NAMED) {
        samples.push({ candidate: `executor ${slot.executorId} on ${slot.host}`, reason: why })
      }
    }
    const preferred = this.#preferredHosts.slice(0, NAMED).join(', ')
    const before =
      this.#failedOn.length === 0 ? [] : [`failed before on executor ${this.#failedOn.join(', ')}`]
    return {
      asked: `Where does task ${stageId}.${stageAttempt}/${this.#partition} run, try ${attempt}?`,
      chosen: `executor ${executorId}`,
      because: reason,
      considered: this.#slots.length,
      rejected: Object.fromEntries(rejected),
      samples,
      input: [
        `the free slots of ${counted(this.#slots.length, 'executor')}, offered because ${this.#offerReason}`,
        preferred === '' ? 'no preferred host' : `preferred hosts ${preferred}`,
        ...before,
      ].join(', '),
      about: taskSubjects(app, stageId, stageAttempt, this.#partition),
      concerns: [stageSubject(app, stageId, stageAttempt), executorSubject(app, executorId)],
      see: referencesOf(this.#name, executorId, this.#path),
    }
  }
}

/** What was answered to the failure of a task. */
export function failureNote(
  name: SetName,
  partition: number,
  { attempt, executorId }: TaskKey,
  error: string,
  made: { readonly directive: string; readonly reason: string },
  path: string,
): DecisionNote {
  const { app, jobId, stageId, stageAttempt } = name
  return {
    asked: `What is to become of task ${stageId}.${stageAttempt}/${partition}, whose try ${attempt} has failed on executor ${executorId} (${clipped(error, 200)})?`,
    chosen: `${made.directive}${meaning[made.directive] ?? ''}`,
    because: made.reason,
    about: taskSubjects(app, stageId, stageAttempt, partition),
    concerns: [
      stageSubject(app, stageId),
      stageSubject(app, stageId, stageAttempt),
      jobSubject(app, jobId),
      executorSubject(app, executorId),
    ],
    see: referencesOf(name, executorId, path),
  }
}

const meaning: Readonly<Record<string, string>> = {
  restart: ': it runs again, elsewhere if there is an elsewhere',
  stop: ': it does not run again here',
  escalate: ': the DAG scheduler decides what is computed again; other tasks may finish',
}

function referencesOf(
  { app, stageId, stageAttempt, jobId }: SetName,
  executorId: string,
  path: string,
): readonly Reference[] {
  return [
    { subject: stageSubject(app, stageId) },
    { subject: stageSubject(app, stageId, stageAttempt) },
    { subject: executorSubject(app, executorId) },
    { subject: jobSubject(app, jobId) },
    { subject: actorSubject(path) },
  ]
}

/** How a task of this set, or the set, stands now. */
export function accountOf(
  state: TaskSetState,
  { app, stageId, stageAttempt }: SetName,
  wanted: Subject,
): readonly string[] {
  const isMeant = (subject: Subject): boolean =>
    subject === wanted || subject.startsWith(`${wanted} `)
  if (isMeant(stageSubject(app, stageId, stageAttempt))) {
    const left = state.tasks.length - state.done - state.running
    return [
      `Attempt ${stageAttempt} of stage ${stageId} has ${counted(state.tasks.length, 'task')}: ${state.done} done, ${state.running} running, ${left} to run${state.isZombie ? '; it launches nothing more' : ''}.`,
    ]
  }
  return state.tasks.flatMap((task) =>
    taskSubjects(app, stageId, stageAttempt, task.partition).some(isMeant)
      ? [sayTask(state, `${stageId}.${stageAttempt}/${task.partition}`, task)]
      : [],
  )
}

function sayTask(state: TaskSetState, id: string, task: TaskState): string {
  const failed =
    task.failures === 0
      ? ''
      : `, after ${counted(task.failures, 'failure')} of at most ${state.settings.maxTaskFailures}`
  const avoided =
    task.failedOn.size === 0
      ? ''
      : ` but not on executor ${[...task.failedOn].join(', ')}, where it has failed, if there is another`
  if (task.isDone) return `Task ${id} is done, with try ${task.attempts - 1}${failed}.`
  if (task.tries.length > 0) {
    const tries = task.tries.map((one) => `on executor ${one.executorId}, try ${one.attempt}`)
    return `Task ${id} runs ${tries.join(', and ')}${failed}.`
  }
  return state.isZombie
    ? `Task ${id} does not run any more${failed}: its task set launches nothing.`
    : `Task ${id} waits for a free slot${avoided}${failed}.`
}
