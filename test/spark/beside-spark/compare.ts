import type { Promised } from './draw-trials.ts'
import type { Action, Answer, Trial } from './program.ts'
import { compareRows } from './run-program.ts'

type Answers = Answer | readonly Answer[]

/** What our error codes are in Spark. */
const CLASSES: Readonly<Record<string, readonly string[]>> = {
  TROUPE_SPARK_ARGUMENT_INVALID: ['IllegalArgumentException'],
  TROUPE_SPARK_EMPTY_COLLECTION: ['UnsupportedOperationException'],
  TROUPE_SPARK_PARTITIONS_DIFFER: ['IllegalArgumentException', 'SparkException'],
  TROUPE_SPARK_JOB_FAILED: ['SparkException'],
}

/** Where ours and Spark's answers are not the same: a line for each. */
export function differences(
  { actions }: Pick<Trial, 'actions'>,
  promised: Promised,
  ours: Answers,
  theirs: Answers,
): string[] {
  if (!isAnswers(ours) || !isAnswers(theirs)) {
    const [a, b] = [isAnswers(ours) ? undefined : ours, isAnswers(theirs) ? undefined : theirs]
    return isSame(a, b) ? [] : [`the program: ${shown(a)}, not ${shown(b)}`]
  }
  return actions.flatMap((action, i) => {
    const [a, b] = [ours[i], theirs[i]].map((each) => inPromisedOrder(action, promised, each))
    return isSame(a, b) ? [] : [`${JSON.stringify(action)}: ${shown(a)}, not ${shown(b)}`]
  })
}

function isAnswers(answers: Answers): answers is readonly Answer[] {
  return Array.isArray(answers)
}

function inPromisedOrder(
  { action }: Action,
  promised: Promised,
  answer: Answer | undefined,
): Answer | undefined {
  if (action !== 'partitions' || answer === undefined || 'error' in answer) return answer
  const partitions = answer.value as readonly (readonly unknown[])[]
  if (promised === 'order') return answer
  if (promised === 'places') {
    return { value: partitions.map((rows) => [...rows].sort(compareRows)) }
  }
  return { value: partitions.flat(1).sort(compareRows) }
}

function isSame(ours: Answer | undefined, theirs: Answer | undefined): boolean {
  if (ours === undefined || theirs === undefined) return ours === theirs
  if ('value' in ours && 'value' in theirs) return isEqual(ours.value, theirs.value)
  if ('error' in ours && 'error' in theirs) {
    return CLASSES[ours.error]?.includes(theirs.error) ?? false
  }
  return false
}

/** Numbers within a billionth: sums of floating point are made in another order. */
function isEqual(ours: unknown, theirs: unknown): boolean {
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    return ours.length === theirs.length && ours.every((each, i) => isEqual(each, theirs[i]))
  }
  if (typeof ours === 'number' && typeof theirs === 'number') {
    return Math.abs(ours - theirs) <= 1e-9 * Math.max(1, Math.abs(ours), Math.abs(theirs))
  }
  return ours === theirs
}

function shown(answer: Answer | undefined): string {
  if (answer === undefined) return 'none'
  if ('value' in answer) return JSON.stringify(answer.value)?.slice(0, 300) ?? 'undefined'
  return `${answer.error} (${answer.cause}): ${answer.message}`
}
