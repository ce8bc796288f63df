import { counted, type DecisionNote, type Reference, type Subject } from '../../../actors/index.ts'
import { executorSubject, stageSubject } from '../../decision-points.ts'
import type { SlotsState } from './slots.ts'

/** An executor that was taken, refused, or is gone. */
export function executorNote(
  app: string,
  executorId: string,
  chosen: string,
  because: string,
  see: readonly Reference[] = [],
): DecisionNote {
  return {
    asked: `What is executor ${executorId} to the application?`,
    chosen,
    because,
    about: [executorSubject(app, executorId)],
    see,
  }
}

/** Which slots are free, and which task set is served next: what a task that waits is waiting for. */
export function accountOf(state: SlotsState, app: string, wanted: Subject): readonly string[] {
  const isMeant = (subject: Subject): boolean =>
    subject === wanted || subject.startsWith(`${wanted} `)
  const lines: string[] = []
  for (const [executorId, { host, total, free }] of state.executors) {
    if (!isMeant(executorSubject(app, executorId))) continue
    lines.push(`Executor ${executorId} on ${host} has ${free} of ${counted(total, 'slot')} free.`)
  }
  for (const [taskSetId, { stageId, wanted: slots, isSated }] of state.demands) {
    const [, attempt] = taskSetId.split('.')
    if (!isMeant(stageSubject(app, stageId, Number(attempt)))) continue
    lines.push(
      `Task set ${taskSetId} wants ${counted(slots, 'slot')}: ${whyNone(state, taskSetId, isSated)}.`,
    )
  }
  return lines
}

function whyNone(state: SlotsState, taskSetId: string, isSated: boolean): string {
  const { wanted = 0, profileId = 0, cpus = 1 } = state.demands.get(taskSetId) ?? {}
  const usable = [...state.executors.values()].filter((one) => one.profileId === profileId)
  const free = usable.reduce((sum, one) => sum + Math.floor(one.free / cpus), 0)
  const of = profileId === 0 ? '' : ` of resource profile ${profileId}`
  if (wanted === 0) return 'it needs none now'
  if (usable.length === 0) return `there is no executor${of}`
  if (usable.every(({ total }) => total < cpus))
    return `its tasks take ${cpus} cores each, and no executor${of} has as many`
  if (free === 0) return `all slots of ${counted(usable.length, 'executor')}${of} are taken`
  if (state.offering === taskSetId) return `it is being offered ${counted(free, 'free slot')}`
  if (state.offering !== undefined) return `task set ${state.offering} is being served first`
  return isSated ? 'it has used less than it was offered last' : 'another is served first'
}
