import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import test, { type ExecutionContext } from 'ava'

/** The project's folder, seen from the compiled file. */
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const IS_CI = process.env['CI'] !== undefined && process.env['CI'] !== ''

/** A program that others wrote, as `node scripts/foreign.mjs` sets it up; or why it is not there. */
export type Foreign =
  { readonly ok: true; readonly name: string; readonly directory: string } | Missing

/** A program that is not there, and why. */
export interface Missing {
  readonly ok: false
  readonly name: string
  readonly reason: string
}

/** How a program ended. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Settings of a program that a test runs. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** After it, the program is killed. 50 s by default. */
  readonly limitMs?: number
}

const LIMIT_MS = 50_000

/** Looks for a program; in CI it is set up first. */
export async function foreign(name: string): Promise<Foreign> {
  const { code, stdout, stderr } = await run(
    process.execPath,
    [inProject('scripts/foreign.mjs'), '--where', name],
    { limitMs: 15 * 60_000 },
  )
  const lines = (text: string): string => text.trim().split('\n').at(-1) ?? ''
  if (code === 0) return { ok: true, name, directory: lines(stdout) }
  return { ok: false, name, reason: lines(stderr).replace(/^troupe: /, '') }
}

/**
 * How to declare tests that need these programs: where one is missing they are skipped, with the reason in a line. In CI all have to
 * be there.
 */
export function testWith(
  ...programs: readonly ({ readonly ok: true } | Missing)[]
): typeof test | typeof test.skip {
  for (const found of programs) {
    if (found.ok || IS_CI) continue
    console.log(`skipped: ${found.name} is ${found.reason}`)
    return test.skip
  }
  return test
}

/** Where a program is; without it the test fails. */
export function need(t: ExecutionContext, program: Foreign): string {
  if (program.ok) return program.directory
  return t.fail(`${program.name}: ${program.reason}`)
}

/** A file of the project. */
export function inProject(path: string): string {
  return ROOT + path
}

/** A file beside these tests, which is not compiled. */
export function inFolder(path: string): string {
  return inProject(`test/mesos/foreign/${path}`)
}

/** The interpreter of a program in Python. */
export function pythonOf(directory: string): string {
  return `${directory}/venv/bin/python`
}

/** Runs a program to its end. */
export function run(
  command: string,
  args: readonly string[],
  { env = {}, cwd, limitMs = LIMIT_MS }: RunOptions = {},
): Promise<Ended> {
  const child = spawn(command, args, {
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const timer = setTimeout(() => {
    stderr += `\nkilled after ${limitMs} ms`
    child.kill('SIGKILL')
  }, limitMs)
  return new Promise((resolve) => {
    child.on('error', (error) => (stderr += error.message))
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({ code, stdout, stderr })
    })
  })
}
