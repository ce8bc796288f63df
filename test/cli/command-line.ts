import { execFile, spawn } from 'node:child_process'
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

/** Runs `troupe` with `args` in the folder `cwd` to its end, with `input` on its standard input. */
export function troupeFed(
  cwd: string,
  input: string,
  ...args: readonly string[]
): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main, ...args], { cwd }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      resolve({ code, stdout, stderr })
    })
    child.stdin?.end(input)
  })
}

/** A command that goes on. */
export interface Running {
  /** All that it said, as soon as `pattern` is in it. */
  until(pattern: RegExp): Promise<string>
  kill(signal: NodeJS.Signals): void
  /** Its exit code, or the signal that ended it. */
  readonly exit: Promise<number | NodeJS.Signals>
}

/** Starts `troupe` with `args` in an environment of its own. */
export function start(environment: Record<string, string>, ...args: readonly string[]): Running {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  const exit = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(code ?? signal ?? -1)
    })
  })
  return {
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (pattern.test(said)) resolve(said)
        }
        child.stdout.on('data', look)
        child.stdout.once('end', () => {
          reject(new Error(`it ended before it said ${String(pattern)}: ${said}`))
        })
        look()
      }),
    kill: (signal) => child.kill(signal),
    exit,
  }
}

/** Resolves when there is no process `pid` any more. */
export async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
