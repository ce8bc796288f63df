/** `npm run fuzz -- --for 10m [--seed N] [--only words]`: hostile input for as long as it is told; see docs/testing.md. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { prepare } from './prepare.mjs'
import { root, runEntry } from './steps.mjs'

await runEntry(async () => {
  await prepare()
  process.chdir(root)
  await import(
    pathToFileURL(join(root, 'build', 'test', 'actors', 'hostile', 'programs', 'fuzz.js')).href
  )
  return Number(process.exitCode ?? 0)
})
