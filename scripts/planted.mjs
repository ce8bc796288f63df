/** `npm run planted -- [defect…] [--seeds N]`: plants defects one by one and lets simulation find them; see docs/testing.md. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { prepare } from './prepare.mjs'
import { root, runEntry } from './steps.mjs'

await runEntry(async () => {
  await prepare()
  process.chdir(root)
  await import(pathToFileURL(join(root, 'build', 'test', 'planted', 'programs', 'run.js')).href)
  return Number(process.exitCode ?? 0)
})
