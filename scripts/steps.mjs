/**
 * How the plain entries (`start`, `test`, `check`) talk and run programs.
 * Only Node itself is used here: these files run before anything is installed.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The folder of the repository. */
export const root = fileURLToPath(new URL('../', import.meta.url))

/** @param {string} line */
export const say = (line) => {
  process.stdout.write(`troupe: ${line}\n`)
}

/** @param {number} startedMs a value of `Date.now()` */
export const since = (startedMs) => `${((Date.now() - startedMs) / 1000).toFixed(1)} s`

/** A reason to stop that is meant for the reader: printed without a stack. */
export class Stop extends Error {}

/**
 * Runs a program in the repository's folder, with this process's own input and output, and
 * resolves with its exit code (1 when a signal ended it).
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, quiet?: boolean }} [options] `quiet`: collect the output
 *   instead of showing it
 * @returns {Promise<{ code: number, output: string }>}
 */
export const run = (command, args, { env = {}, quiet = false } = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      // npm is a .cmd file on Windows, which only a shell can start.
      shell: process.platform === 'win32' && command === 'npm',
    })
    let output = ''
    child.stdout?.setEncoding('utf8').on('data', (chunk) => (output += chunk))
    child.stderr?.setEncoding('utf8').on('data', (chunk) => (output += chunk))
    child.on('error', (error) => resolve({ code: 1, output: `${command}: ${error.message}\n` }))
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })

/** @param {number} pid */
export const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/**
 * Ends this process when it is interrupted, or when whoever has started it is gone: a test that is killed closes what this reads.
 * @param {() => void} clean what is done last
 */
export const endWithStarter = (clean) => {
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0))
  process.on('exit', clean)
  process.stdin.on('end', () => process.exit(0)).resume()
}

/**
 * Runs an entry to its end: a `Stop` is shown as one line, anything else with its stack; the exit
 * code is what `main` returns.
 * @param {() => Promise<number>} main
 */
export const runEntry = async (main) => {
  try {
    process.exitCode = await main()
  } catch (error) {
    process.stderr.write(
      error instanceof Stop
        ? `troupe: ${error.message}\n`
        : `${error instanceof Error ? error.stack : error}\n`,
    )
    process.exitCode = 1
  }
}
