import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `troupe` with `args` to its end. */
export function troupe(...args: readonly string[]): Promise<Outcome> {
  return troupeIn(undefined, ...args)
}

/** Runs `troupe` with `args` in the folder `cwd` to its end. */
export function troupeIn(cwd: string | undefined, ...args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { cwd }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      resolve({ code, stdout, stderr })
    })
  })
}
