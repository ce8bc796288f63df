// Tests run on compiled output (`npm test` builds first); see CONTRIBUTING.md, "How tests run".
import { recordRun } from './scripts/test-results.mjs'

const resultsFile = process.env.TROUPE_TEST_RESULTS

export default {
  files: ['build/test/**/*.test.js', 'test/scripts/**/*.test.mjs'],
  require: ['./scripts/property-seed.mjs'],
  workerThreads: false,
  nodeArguments: ['--enable-source-maps'],
  // Without a result from any test for this long the run is given up.
  timeout: '60s',
  ...(resultsFile && {
    nonSemVerExperiments: { observeRunsFromConfig: true },
    observeRun: ({ events }) => recordRun(events, resultsFile),
  }),
}
