/** A scenario that fails: its store acknowledges before its disk has synced. */
import { journal } from '../../actors/simulation/journal.ts'
import type { Scenario } from '../../../src/actors/testkit/index.ts'

const scenario: Scenario<number[]> = journal('acknowledges early')

export default scenario
