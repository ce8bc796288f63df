import test from 'ava'

import { scenarios } from '../../src/cli/scenarios/index.ts'
import { plantedBugs } from './bugs.ts'
import { planted, plantedScript } from './plant.ts'

test('defects have names of their own, and scenarios that exist', (t) => {
  t.is(new Set(plantedBugs.map(({ name }) => name)).size, plantedBugs.length)
  const known = new Set(scenarios.map(({ name }) => name))
  t.deepEqual(
    plantedBugs.filter(({ scenario }) => !known.has(scenario)),
    [],
  )
  t.true(plantedBugs.length >= 12)
})

for (const bug of plantedBugs) {
  test(`${bug.name} can still be planted`, (t) => {
    t.not(planted(bug), '')
    t.notThrows(() => plantedScript(bug))
  })
}
