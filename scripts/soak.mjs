/** `npm run soak -- --for 5m [--virtual 24h]`: failures all along, and then a count of what is left; see docs/testing.md. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { prepare } from './prepare.mjs'
import { root, runEntry } from './steps.mjs'

await runEntry(async () => {
  await prepare()
  process.chdir(root)
  await import(
    pathToFileURL(join(root, 'build', 'test', 'actors', 'soak', 'programs', 'soak.js')).href
  )
  return Number(process.exitCode ?? 0)
})
