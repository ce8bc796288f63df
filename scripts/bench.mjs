/** `npm run bench [-- options]`: Troupe and its peers side by side; see docs/benchmarks.md. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { prepare } from './prepare.mjs'
import { root, runEntry } from './steps.mjs'

await runEntry(async () => {
  await prepare()
  const main = join(root, 'build', 'bench', 'run.js')
  process.chdir(root)
  process.argv = [process.execPath, main, ...process.argv.slice(2)]
  await import(pathToFileURL(main).href)
  return Number(process.exitCode ?? 0)
})
