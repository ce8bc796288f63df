import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createServer } from 'node:net'
import type { Sample } from './programs/harness.ts'
import type { Command, Measurement } from './runtimes.ts'

/** No measurement of one process takes longer than this on a machine of our time. */
const DEADLINE_MS = 300_000

export interface Measured {
  readonly samples: readonly Sample[]
  /** Why there are fewer samples than expected; the end of what the process said. */
  readonly problem: string | undefined
}

/** Runs one measurement to its end, with its server where it has one. */
export async function measure(measurement: Measurement): Promise<Measured> {
  const server = measurement.server && start(measurement.server)
  try {
    if (server !== undefined && !(await server.ready)) {
      return { samples: [], problem: `its server did not start: ${server.said()}` }
    }
    const client = start(measurement.command)
    const code = await client.ended
    const samples = client.lines().flatMap((line) => sampleOf(line) ?? [])
    if (code === 0) return { samples, problem: undefined }
    return { samples, problem: `ended with ${String(code)}: ${client.said()}` }
  } finally {
    server?.end()
    await server?.ended
  }
}

interface Started {
  /** Whether it printed `ready` before it ended. */
  readonly ready: Promise<boolean>
  readonly ended: Promise<number | NodeJS.Signals | null>
  readonly lines: () => readonly string[]
  readonly said: () => string
  end(): void
}

function start({ file, args, env }: Command): Started {
  const child: ChildProcess = spawn(file, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  const deadline = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS)
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.on('error', (error) => {
      errors += error.message
      resolve(1)
    })
    child.on('close', (code, signal) => resolve(code ?? signal))
  })
  void ended.then(() => clearTimeout(deadline))
  const ready = new Promise<boolean>((resolve) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (/^ready/m.test(output)) resolve(true)
    })
    void ended.then(() => resolve(false))
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text))
  return {
    ready,
    ended,
    lines: () => output.split('\n'),
    said: () => (errors || output).trim().split('\n').slice(-3).join(' | '),
    end: () => void child.kill(),
  }
}

function sampleOf(line: string): Sample | undefined {
  return line.startsWith('{"runtime"') ? (JSON.parse(line) as Sample) : undefined
}

/** A port of the loopback that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
