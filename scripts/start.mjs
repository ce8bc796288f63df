/** `npm start [-- options] [file…]`: the demo, on a machine with nothing but Node. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { prepare } from './prepare.mjs'
import { Stop, root, runEntry } from './steps.mjs'

await runEntry(async () => {
  await prepare()
  const main = join(root, 'build', 'src', 'cli', 'main.js')
  if (!existsSync(main)) throw new Stop('there is no src/cli/main.ts: the demo cannot start')
  // The command runs in this process: one process less, and signals reach it as they are.
  // npm has gone to the project's folder; files are named from the reader's.
  if (process.env.INIT_CWD && existsSync(process.env.INIT_CWD)) process.chdir(process.env.INIT_CWD)
  process.argv = [process.execPath, main, 'demo', 'wordcount', ...process.argv.slice(2)]
  process.setSourceMapsEnabled(true)
  await import(pathToFileURL(main).href)
  return Number(process.exitCode ?? 0)
})
