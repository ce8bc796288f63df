/**
 * Loaded before each test file: property tests draw their cases from one seed, so that a run of the suite says
 * the same each time. `TROUPE_TEST_SEED=<number>` draws others, `TROUPE_TEST_SEED=random` new ones each time.
 */
import fc from 'fast-check'

const chosen = process.env.TROUPE_TEST_SEED ?? '1'
if (chosen !== 'random') fc.configureGlobal({ seed: Number(chosen) })
