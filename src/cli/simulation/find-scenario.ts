import type { Scenario } from '../../actors/testkit/index.ts'
import type { Environment } from '../../platform/index.ts'
import { scenarios } from '../scenarios/index.ts'
import { ScenarioError } from '../scenarios/errors.ts'

/**
 * The shipped scenario of that name, or the one that the module at that path exports (as default, or else the first).
 * @throws TROUPE_SCENARIO_UNKNOWN, TROUPE_PLATFORM_MODULE_UNLOADABLE
 */
export async function findScenario(
  { disk, modules }: Pick<Environment, 'disk' | 'modules'>,
  name: string,
): Promise<Scenario> {
  const shipped = scenarios.find((scenario) => scenario.name === name)
  if (shipped !== undefined) return shipped
  if (!/[/\\.]/.test(name)) throw unknown(name)
  const url = new URL('file://')
  url.pathname = disk.absolute(name)
  const exports = await modules.load(url.href)
  const found = [exports['default'], ...Object.values(exports)].find(isScenario)
  if (found === undefined) throw unknown(name)
  return found
}

function isScenario(value: unknown): value is Scenario {
  if (typeof value !== 'object' || value === null) return false
  // What else it needs, simulate says by name.
  return typeof (value as Partial<Scenario>).start === 'function'
}

function unknown(name: string): ScenarioError {
  const names = scenarios.map((scenario) => scenario.name)
  return new ScenarioError(
    'TROUPE_SCENARIO_UNKNOWN',
    `There is no scenario ${name}: name one of ${names.join(', ')}, or the path of a module that exports a Scenario`,
    { data: { name, names } },
  )
}
