/** `npm run simulate -- <scenario> [options]`: as `troupe simulate`, from sources; see docs/testing.md. */
import { join } from 'node:path'

import { prepare } from './prepare.mjs'
import { root, run, runEntry } from './steps.mjs'

await runEntry(async () => {
  await prepare()
  const main = join(root, 'build', 'src', 'cli', 'main.js')
  const { code } = await run(process.execPath, [
    '--enable-source-maps',
    main,
    'simulate',
    ...process.argv.slice(2),
  ])
  return code
})
