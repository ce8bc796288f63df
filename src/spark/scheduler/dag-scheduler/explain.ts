import { counted, type DecisionNote, type Subject } from '../../../actors/index.ts'
import { executorSubject, jobSubject, stageSubject } from '../../decision-points.ts'
import type { DagEffect } from './events.ts'
import type { StagePlan } from './stages.ts'
import type { DagState, StageState } from './state.ts'

type EffectOf<Type extends DagEffect['type']> = Extract<DagEffect, { readonly type: Type }>

const NAMED = 8

/** Into which stages a job was cut. */
export function jobNote(
  app: string,
  jobId: number,
  name: string,
  state: DagState,
  skipped: number,
): DecisionNote {
  const stages = [...state.stages.values()].filter((stage) => stage.jobs.has(jobId))
  const said = stages.slice(0, NAMED).map(sayStage).join('; ')
  return {
    asked: `Which stages does job ${jobId} (${name}) need?`,
    chosen: stages.length === 0 ? 'none' : said,
    because:
      stages.length === 0
        ? 'it wants no partition'
        : stages.length === 1
          ? 'its lineage has no shuffle to be cut at'
          : `its lineage is cut at ${counted(stages.length - 1, 'shuffle')}`,
    considered: stages.length,
    ...(skipped > 0 && { rejected: { 'skipped, their map outputs being there already': skipped } }),
    about: [jobSubject(app, jobId)],
    see: stages.map(({ stageId }) => ({ subject: stageSubject(app, stageId) })),
  }
}

/** A stage that was ready, and why it ran, or ran again. */
export function submittedNote(app: string, effect: EffectOf<'submit-task-set'>): DecisionNote {
  const { stageId, stageAttempt, plan, partitions, reason, jobId } = effect
  const parents = plan.parentShuffles
  return {
    asked: `May stage ${stageId} (${plan.name}) run?`,
    chosen: `yes, as attempt ${stageAttempt} with ${counted(partitions.length, 'task')}${resourcesText(plan.resources)}`,
    because: reason,
    input:
      parents.length === 0
        ? 'a stage that reads no shuffle'
        : `shuffle ${parents.join(' and ')}, which it reads, being complete`,
    about: [stageSubject(app, stageId), stageSubject(app, stageId, stageAttempt)],
    see: [{ subject: jobSubject(app, jobId) }],
  }
}

function resourcesText(resources: StagePlan['resources']): string {
  if (resources === undefined) return ''
  const { profileId, executorProfileId, cpus } = resources
  const executors = executorProfileId === 0 ? 'the default profile' : `profile ${executorProfileId}`
  return ` of ${counted(cpus, 'core')} each (resource profile ${profileId}), on executors of ${executors}`
}

/** A stage that has to wait for its parents. */
export function waitingNote(app: string, effect: EffectOf<'stage-waiting'>): DecisionNote {
  const { stageId, plan, missing, reason, jobId } = effect
  const reasons = 'with map outputs missing'
  return {
    asked: `May stage ${stageId} (${plan.name}) run?`,
    chosen: `not yet: it waits for stage ${missing.map((one) => one.stageId).join(' and ')}`,
    because: reason,
    considered: plan.parentShuffles.length,
    rejected: { [reasons]: missing.length },
    samples: missing.map(({ shuffleId, outputs, of }) => ({
      candidate: `shuffle ${shuffleId}, ${outputs} of ${of}`,
      reason: reasons,
    })),
    about: [stageSubject(app, stageId)],
    see: [
      { subject: jobSubject(app, jobId) },
      ...missing.map((one) => ({ subject: stageSubject(app, one.stageId) })),
    ],
  }
}

/** Map outputs that went with an executor, or could not be fetched. */
export function forgottenNote(
  app: string,
  { executorId, outputs, reason }: EffectOf<'forget-outputs'>,
  state: DagState,
): DecisionNote {
  const shuffles = [...new Set(outputs.map(({ shuffleId }) => shuffleId))]
  const writers = shuffles.flatMap((shuffleId) => state.stageOfShuffle.get(shuffleId) ?? [])
  const some = outputs.slice(0, NAMED).map((one) => `${one.shuffleId}/${one.mapPartition}`)
  const more = outputs.length > NAMED ? ` and ${outputs.length - NAMED} more` : ''
  return {
    asked: `What has become of the map outputs on executor ${executorId || '(none)'}?`,
    chosen: `${counted(outputs.length, 'map output')} of shuffle ${shuffles.join(' and ')} (${some.join(', ')}${more}) gone, to be computed again when something reads them`,
    because: reason,
    about: [
      executorSubject(app, executorId),
      ...writers.map((stageId) => stageSubject(app, stageId)),
    ],
    see: [{ subject: executorSubject(app, executorId) }],
  }
}

/** What is done about a stage whose input could not be fetched, or a job that has ended. */
export function outcomeNote(
  app: string,
  effect: EffectOf<
    | 'schedule-resubmit'
    | 'schedule-submission'
    | 'schedule-slot-count'
    | 'job-succeeded'
    | 'job-failed'
    | 'stage-completed'
  >,
): DecisionNote {
  const because = effect.reason
  switch (effect.type) {
    case 'schedule-resubmit': {
      const { delayMs, stageId, jobId } = effect
      return {
        asked: `What is done about stage ${stageId}, whose attempt has failed?`,
        chosen: `what is missing runs again after ${delayMs} ms, then the stage`,
        because,
        about: [stageSubject(app, stageId)],
        see: [{ subject: jobSubject(app, jobId) }],
      }
    }
    case 'schedule-submission': {
      const { submission, delayMs } = effect
      return {
        asked: `Can job ${submission.jobId} run now?`,
        chosen: `no: slots are counted again after ${delayMs} ms`,
        because,
        about: [jobSubject(app, submission.jobId)],
      }
    }
    case 'schedule-slot-count': {
      const { count, delayMs } = effect
      return {
        asked: `Can stage ${count.stageId} go on?`,
        chosen: `not now: slots are counted again after ${delayMs} ms`,
        because,
        about: [stageSubject(app, count.stageId)],
      }
    }
    case 'stage-completed': {
      const { stageId, stageAttempt } = effect
      return {
        asked: `Is stage ${stageId} complete?`,
        chosen: `yes, with attempt ${stageAttempt}`,
        because,
        about: [stageSubject(app, stageId), stageSubject(app, stageId, stageAttempt)],
      }
    }
    case 'job-succeeded':
    case 'job-failed': {
      const { jobId } = effect
      const chosen = effect.type === 'job-succeeded' ? 'it has succeeded' : 'it has failed'
      const asked = `How does job ${jobId} end?`
      return { asked, chosen, because, about: [jobSubject(app, jobId)] }
    }
  }
}

/** How a job, a stage or one of its tasks stands now. */
export function accountOf(state: DagState, app: string, wanted: Subject): readonly string[] {
  const isMeant = (subject: Subject): boolean =>
    subject === wanted || subject.startsWith(`${wanted} `)
  const lines: string[] = []
  for (const job of state.jobs.values()) {
    if (!isMeant(jobSubject(app, job.jobId))) continue
    lines.push(
      `Job ${job.jobId} is under way: ${counted(job.unfinished.size, 'result')} missing, to be given by stage ${job.resultStageId}.`,
    )
  }
  for (const stage of state.stages.values()) {
    if (isMeant(stageSubject(app, stage.stageId))) lines.push(...sayNow(state, stage))
  }
  return lines
}

function sayNow(state: DagState, stage: StageState): readonly string[] {
  const { stageId, plan, status, attempts, pending } = stage
  const waits = plan.parentShuffles.flatMap((shuffleId) => {
    const missing = state.outputs.missing(shuffleId)?.length ?? 0
    if (missing === 0) return []
    const writer = state.stageOfShuffle.get(shuffleId)
    return [
      `${counted(missing, 'map output')} of shuffle ${shuffleId} missing, which stage ${writer} writes`,
    ]
  })
  const how =
    status === 'running'
      ? `attempt ${attempts - 1} runs, ${counted(pending.size, 'partition')} pending`
      : status === 'waiting'
        ? `it waits: ${waits.join('; ') || 'nothing is missing any more'}`
        : status === 'failed'
          ? `attempt ${attempts - 1} has failed and it is about to run again`
          : attempts > 0
            ? `done, after ${counted(attempts, 'attempt')}`
            : 'nobody has asked for it'
  return [`Stage ${stageId} (${plan.name}): ${how}.`]
}

function sayStage({ stageId, plan, status }: StageState): string {
  return `stage ${stageId} (${kindOf(plan)}, ${counted(plan.numPartitions, 'partition')}, ${status})`
}

function kindOf({ shuffleId, parentShuffles }: StagePlan): string {
  const reads =
    parentShuffles.length === 0 ? '' : ` reading shuffle ${parentShuffles.join(' and ')}`
  return shuffleId === undefined ? `the result${reads}` : `writing shuffle ${shuffleId}${reads}`
}
