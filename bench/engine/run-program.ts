import { spawn } from 'node:child_process'
import { loadavg } from 'node:os'
import type { Command } from '../runtimes.ts'
import { treeUse } from './process-tree.ts'

/** One piece of work that a program has timed. */
export interface Told {
  readonly name: string
  /** From 0; the first is cold. */
  readonly run: number
  readonly ms: number
  /** What the work came to: the same for all engines. */
  readonly check: string
}

/** What one process did. */
export interface ProgramRun {
  readonly told: readonly Told[]
  /** From the start of the process to its lines `READY` and `FIRST`, in ms. */
  readonly marks: Readonly<Record<string, number>>
  readonly wallMs: number
  readonly cpuMs: number
  readonly peakRssBytes: number
  /** The machine's load (1 minute) at the start. */
  readonly load: number
  /** Why it did not end well; the end of what it said. */
  readonly problem: string | undefined
}

const SAMPLE_MS = 100
const SAID_LINES = 4
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Runs a program to its end, or to the deadline, and looks at its tree of processes meanwhile. */
export function runProgram(
  { file, args, env }: Command,
  cwd: string,
  deadlineMs: number,
): Promise<ProgramRun> {
  const load = loadavg()[0] ?? 0
  const begin = performance.now()
  // A group of its own, so that all that it has started ends with it.
  const child = spawn(file, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let peakRssBytes = 0
  let cpuMs = 0
  let isLate = false
  const end = (): void => {
    if (child.pid === undefined) return
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      // It has ended.
    }
  }
  const sampler = setInterval(() => {
    const use = treeUse(child.pid ?? -1)
    peakRssBytes = Math.max(peakRssBytes, use?.rssBytes ?? 0)
    cpuMs = Math.max(cpuMs, use?.cpuMs ?? 0)
  }, SAMPLE_MS)
  const deadline = setTimeout(() => {
    isLate = true
    end()
  }, deadlineMs)
  const stop = (): void => {
    end()
    process.exit(1)
  }
  process.once('exit', end)
  for (const signal of SIGNALS) process.once(signal, stop)
  const told: Told[] = []
  const marks: Record<string, number> = {}
  const said: string[] = []
  const listen = (stream: NodeJS.ReadableStream): void => {
    let rest = ''
    stream.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) hear(line)
    })
  }
  const hear = (line: string): void => {
    const mark = /^(READY|FIRST)\b/.exec(line)?.[1]
    if (mark !== undefined) marks[mark.toLowerCase()] = performance.now() - begin
    else if (line.startsWith('RESULT ')) told.push(JSON.parse(line.slice(7)) as Told)
    else if (line.trim() !== '') said.push(line.trim())
  }
  listen(child.stdout)
  listen(child.stderr)
  return new Promise((resolve) => {
    const ended = (how: string | undefined): void => {
      clearInterval(sampler)
      clearTimeout(deadline)
      process.off('exit', end)
      for (const signal of SIGNALS) process.off(signal, stop)
      end()
      const wallMs = performance.now() - begin
      const words = said.slice(-SAID_LINES).join(' | ').slice(0, 600)
      const why = isLate ? `no end after ${String(Math.round(deadlineMs / 1000))} s` : how
      const problem = why === undefined ? undefined : `${why}: ${words}`
      resolve({ told, marks, wallMs, cpuMs, peakRssBytes, load, problem })
    }
    child.on('error', (error) => {
      ended(error.message)
    })
    child.on('close', (code, signal) => {
      ended(code === 0 ? undefined : `ended with ${String(code ?? signal)}`)
    })
  })
}
