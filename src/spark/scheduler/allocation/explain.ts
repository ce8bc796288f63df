import { subject, type DecisionNote } from '../../../actors/index.ts'
import type { AllocationSettings } from './settings.ts'

/** How many executors of a resource profile there are to be. */
export function executorsNote(
  app: string,
  profileId: number,
  total: number,
  because: string,
  { minExecutors, maxExecutors }: AllocationSettings,
): DecisionNote {
  const of = profileId === 0 ? '' : ` of resource profile ${profileId}`
  return {
    asked: `How many executors${of} does application ${app} want?`,
    chosen: `${total} in all (spark.dynamicAllocation: ${minExecutors} at least, ${maxExecutors} at most)`,
    because,
    about: [subject('application', app)],
  }
}
