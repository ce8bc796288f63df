/** `npm run bench [-- options]`: Troupe and its peers side by side; see docs/benchmarks.md. */
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { packageFolder, makePackage } from './make-package.mjs'
import { prepare } from './prepare.mjs'
import { root, runEntry } from './steps.mjs'

await runEntry(async () => {
  await prepare()
  // The engine's programs run beside the package as it is installed.
  await makePackage()
  cpSync(join(root, 'build', 'bench'), join(packageFolder, 'build', 'bench'), { recursive: true })
  const main = join(root, 'build', 'bench', 'run.js')
  process.chdir(root)
  process.argv = [process.execPath, main, ...process.argv.slice(2)]
  await import(pathToFileURL(main).href)
  return Number(process.exitCode ?? 0)
})
