/**
 * `npm run coverage [files…]`: the suite once more, with the share of src it runs. The thresholds are
 * in `.c8rc.json`; processes that tests kill leave no record, so real coverage is a little higher.
 */
import { join } from 'node:path'

import { prepare } from './prepare.mjs'
import { run, runEntry } from './steps.mjs'

await runEntry(async () => {
  await prepare()
  const c8 = join('node_modules', 'c8', 'bin', 'c8.js')
  const suite = [process.execPath, join('scripts', 'test.mjs'), ...process.argv.slice(2)]
  return (await run(process.execPath, [c8, ...suite])).code
})
