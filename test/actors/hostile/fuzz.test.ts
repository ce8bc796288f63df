import test from 'ava'
import fc from 'fast-check'
import { properties } from './properties.ts'

for (const [name, { runs, property }] of Object.entries(properties)) {
  test(name, async (t) => {
    await fc.assert(property, { numRuns: runs, includeErrorInReport: true })
    t.pass()
  })
}
