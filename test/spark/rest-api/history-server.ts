import { spawn } from 'node:child_process'
import type { ExecutionContext } from 'ava'

import { nodeEnvironment } from '../../../src/platform/index.ts'
import { inProject } from '../../mesos/foreign/programs.ts'
import { addressOf, ask } from './asking.ts'

const { http, clock } = nodeEnvironment()
const START_LIMIT_MS = 120_000
const LOOK_EVERY_MS = 200

/** A history server of Spark itself over a directory of event logs, until the test is over; its URL. */
export function startHistoryServer(t: ExecutionContext, directory: string): Promise<string> {
  const script = inProject('scripts/real-spark.mjs')
  const args = [script, 'history', directory, `--end-with=${process.pid}`]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  t.teardown(() => child.kill('SIGTERM'))
  let told = ''
  return new Promise((resolve, reject) => {
    const listen = (text: string): void => {
      told += text
      const url = /^http:\/\/\S+$/m.exec(told)?.[0]
      if (url !== undefined) resolve(url)
    }
    child.stdout.setEncoding('utf8').on('data', listen)
    child.stderr.setEncoding('utf8').on('data', listen)
    child.on('close', () => reject(new TypeError(`the history server ended: ${told}`)))
  })
}

/** Waits until a server has read the logs of as many applications as that. */
export async function untilListed(url: string, count: number): Promise<void> {
  const deadline = clock.now() + START_LIMIT_MS
  for (;;) {
    const apps = (await answerOf(url, '/applications?status=completed')) as readonly unknown[]
    if (apps.length === count) return
    if (clock.now() > deadline) throw new TypeError(`it has read ${apps.length} logs of ${count}`)
    await new Promise((resolve) => void clock.setTimer(LOOK_EVERY_MS, () => resolve(undefined)))
  }
}

/** What a server answers: JSON as a value, a refusal as its status and text. */
export async function answerOf(url: string, target: string): Promise<unknown> {
  const answer = await ask(http, addressOf(url), target)
  return answer.status === 200 ? answer.json() : [answer.status, answer.text]
}

/** Where two answers differ: places as `[].attempts[].duration`, with both values. */
export function differences(ours: unknown, theirs: unknown, place: string = ''): string[] {
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    if (ours.length !== theirs.length)
      return [`${place}: ${ours.length} items, not ${theirs.length}`]
    return ours.flatMap((item, i) => differences(item, theirs[i], `${place}[]`))
  }
  if (isFields(ours) && isFields(theirs)) {
    const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)])
    return [...keys].flatMap((key) => differences(ours[key], theirs[key], `${place}.${key}`))
  }
  if (Object.is(ours, theirs)) return []
  return [`${place}: ${JSON.stringify(ours)}, not ${JSON.stringify(theirs)}`]
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
