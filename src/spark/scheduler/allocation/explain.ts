import { subject, type DecisionNote } from '../../../actors/index.ts'

/** How many executors there are to be. */
export function executorsNote(
  app: string,
  total: number,
  because: string,
  least: number,
  most: number,
): DecisionNote {
  return {
    asked: `How many executors does application ${app} want?`,
    chosen: `${total} in all (spark.dynamicAllocation: ${least} at least, ${most} at most)`,
    because,
    about: [subject('application', app)],
  }
}
