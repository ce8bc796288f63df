import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { start } from '../cli/command-line.ts'

export const campaignId = '275ef6a3-2f92-4b6e-8e1b-0b7ed9d0d3c1'

export const event = (n: number): object => ({
  id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  campaignId,
  eventType: 'click',
  value: 1,
  timestamp: '2016-03-15 12:15:39',
})

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** A service that runs as a process. */
export class RunningService {
  readonly url: string
  readonly kill: (signal: NodeJS.Signals) => void
  readonly exit: Promise<number | NodeJS.Signals>

  private constructor({ url, kill, exit }: Pick<RunningService, 'url' | 'kill' | 'exit'>) {
    this.url = url
    this.kill = kill
    this.exit = exit
  }

  static async start(t: ExecutionContext, ...args: readonly string[]): Promise<RunningService> {
    const running = start({}, 'ingest', '--port=0', ...args)
    t.teardown(async () => {
      running.kill('SIGKILL')
      await running.exit
    })
    const said = await running.until(/listens on (\S+)\n/)
    const url = /listens on (\S+)\n/.exec(said)?.[1] ?? ''
    return new RunningService({
      url,
      kill: (signal) => void running.kill(signal),
      exit: running.exit,
    })
  }

  async ask(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, init)
    return { status: response.status, headers: response.headers, text: await response.text() }
  }

  post(
    body: string | Uint8Array<ArrayBuffer>,
    headers: Readonly<Record<string, string>> = {},
    path = '/event',
  ): Promise<Answer> {
    const all = { 'content-type': 'application/json', ...headers }
    return this.ask(path, { method: 'POST', body, headers: all })
  }

  /** The status of the answer to an event; 0 where none came. */
  async send(n: number): Promise<number> {
    try {
      return (await this.post(JSON.stringify(event(n)))).status
    } catch {
      return 0
    }
  }

  async total(): Promise<number> {
    const { text } = await this.ask(`/campaign/${campaignId}/totals/click`)
    return (JSON.parse(text) as { readonly total: number }).total
  }
}

/** A directory of this test. */
export async function directoryOf(t: ExecutionContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'troupe-test-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  return join(directory, 'data')
}

/** Sends events 0 … `count - 1`, some at a time. @returns those that were answered with success */
export async function sendAll(
  service: RunningService,
  count: number,
  onStored: (stored: number) => void = () => undefined,
): Promise<readonly number[]> {
  const stored: number[] = []
  const lanes = Array.from({ length: 8 }, async (_, lane) => {
    for (let n = lane; n < count; n += 8) {
      if ((await service.send(n)) !== 200) continue
      stored.push(n)
      onStored(stored.length)
    }
  })
  await Promise.all(lanes)
  return stored
}
