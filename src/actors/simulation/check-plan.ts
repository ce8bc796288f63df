import { checkFault } from '../faults/index.ts'
import type { Fault } from '../faults/index.ts'
import { SimulationError } from './errors.ts'
import type { PlannedFault } from './fault-bounds.ts'

/** Takes a plan that came from outside, such as a file. @throws TROUPE_SIMULATION_PLAN, TROUPE_FAULT_INVALID */
export function checkPlan(plan: unknown): readonly PlannedFault[] {
  if (!Array.isArray(plan)) throw wrong('the plan', 'a list of planned faults')
  return plan.map((given: unknown, at) => {
    const where = `plan[${at}]`
    if (typeof given !== 'object' || given === null) throw wrong(where, 'a planned fault')
    const { fault, pick, restartAfterMs } = given as Partial<PlannedFault>
    if (fault === undefined) throw wrong(`${where}.fault`, 'a fault')
    checkFault(apart(fault), `${where}.fault`)
    if (!Array.isArray(pick) || pick.length !== 2 || !pick.every(isShare)) {
      throw wrong(`${where}.pick`, 'two numbers from 0 to below 1')
    }
    if (restartAfterMs !== undefined && !(restartAfterMs >= 0)) {
      throw wrong(`${where}.restartAfterMs`, 'a number of ms, 0 or more')
    }
    return given as PlannedFault
  })
}

/** In a plan nodes are patterns: the same one on both sides of a link means two nodes that fit it. */
function apart(fault: Fault): Fault {
  const isPattern = 'from' in fault && fault.from === fault.to && fault.to.includes('*')
  return isPattern ? { ...fault, to: `${fault.to}*` } : fault
}

function isShare(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value < 1
}

function wrong(where: string, takes: string): SimulationError {
  return new SimulationError(
    'TROUPE_SIMULATION_PLAN',
    `${where} is wrong: it takes ${takes}, as the report of a failing seed prints it`,
    { data: { where } },
  )
}
