import { execFile } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import type { ExecutionContext } from 'ava'

const run = promisify(execFile)

export const root: string = fileURLToPath(new URL('../../../', import.meta.url))

/** Longer than an example takes on a busy machine. */
export const limitMs = 120_000

/** The lines that an example prints. */
export async function linesOf(example: string, ...args: readonly string[]): Promise<string[]> {
  const program = join(root, 'build', 'examples', `${example}.js`)
  const { stdout } = await run(process.execPath, [program, ...args], { timeout: limitMs })
  return stdout.trimEnd().split('\n')
}

export const dataFile = (name: string): string => join(root, 'examples', 'data', name)

/** The fields of each line of a file of examples/data. */
export async function rowsOf(name: string, separator: string): Promise<string[][]> {
  const text = await readFile(dataFile(name), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(separator))
}

/** A folder that goes with the test. */
export async function folder(t: ExecutionContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'troupe-example-'))
  t.teardown(() => rm(path, { recursive: true, force: true }))
  return path
}

/** The lines of the parts of a directory that a job has written, in their order. */
export async function linesOfParts(directory: string): Promise<string[]> {
  const names = (await readdir(directory)).filter((name) => name.startsWith('part-')).sort()
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'latin1')))
  return texts.flatMap((text) => (text === '' ? [] : text.trimEnd().split('\n')))
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
