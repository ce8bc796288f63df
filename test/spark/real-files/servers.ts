import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import test from 'ava'
import { inProject, testWith, type Foreign } from '../../mesos/foreign/programs.ts'

/** A server in a process of its own; it ends with this one. */
export interface Server {
  /** What its line says, word by word. */
  readonly words: readonly string[]
  readonly stop: () => void
}

const START_LIMIT_MS = 180_000

/** Runs a script of the project until it prints a line, and lets it go on. */
export function startServer(script: string, ...args: readonly string[]): Promise<Server> {
  const child = spawn(process.execPath, [inProject(`scripts/${script}`), ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const stop = (): void => {
    child.stdin.end() // it ends when there is nothing to read
  }
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGTERM'), START_LIMIT_MS)
    createInterface({ input: child.stdout }).on('line', (line) => {
      // What is set up says so first.
      if (line.startsWith('troupe: ')) return
      clearTimeout(timer)
      resolve({ words: line.split(' '), stop })
    })
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(timer)
      reject(new Error(`${script} has ended with ${code}: ${said}`))
    })
  })
}

/** How to declare tests of one server that is set up; where it is not they are skipped, and in CI they fail. */
export function serialWith(program: Foreign): typeof test.serial | typeof test.serial.skip {
  return testWith(program) === test.skip ? test.serial.skip : test.serial
}
