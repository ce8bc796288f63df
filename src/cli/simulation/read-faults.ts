import type { PlannedFault } from '../../actors/testkit/index.ts'
import { checkPlan } from '../../actors/testkit/index.ts'
import type { Disk } from '../../platform/index.ts'
import { ScenarioError } from '../scenarios/errors.ts'

/** Reads a plan of faults as `troupe simulate` prints it. @throws TROUPE_SCENARIO_FAULTS, TROUPE_FAULT_INVALID */
export async function readFaults(disk: Disk, path: string): Promise<readonly PlannedFault[]> {
  const text = new TextDecoder().decode(await disk.readFile(path))
  let plan: unknown
  try {
    plan = JSON.parse(text)
  } catch (cause) {
    throw new ScenarioError(
      'TROUPE_SCENARIO_FAULTS',
      `${path} holds no JSON: give a file with a list of faults, as the report of a failing seed prints it`,
      { cause, data: { path } },
    )
  }
  return checkPlan(plan)
}
