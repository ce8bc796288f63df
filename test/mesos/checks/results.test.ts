import test from 'ava'
import {
  checkResult,
  emptyStatus,
  healthResult,
  newHealth,
  problemOf,
  type HealthState,
  type ProbeResult,
} from '../../../src/mesos/checks/results.ts'
import type { HealthCheck } from '../../../src/mesos/protocol/index.ts'

/** What is told of results that come one a second: `+` healthy, `-` not, `x` to be killed, `.` nothing. */
function told(check: HealthCheck, results: string): string {
  let state: HealthState = newHealth
  return [...results]
    .map((one, second) => {
      const [next, news] = healthResult(state, check, one === '+', second * 1000)
      state = next
      if (news === undefined) return '.'
      return news.kill ? 'x' : news.healthy ? '+' : '-'
    })
    .join('')
}

const cases: readonly (readonly [
  title: string,
  check: HealthCheck,
  results: string,
  told: string,
])[] = [
  ['healthy is told once', {}, '+++', '+..'],
  ['each failure is told, the third is the end', { grace_period_seconds: 0 }, '---', '--x'],
  ['a success begins the count anew', { grace_period_seconds: 0 }, '--+--+', '--+--+'],
  ['in its grace a task may fail', { grace_period_seconds: 2 }, '-----', '...--'],
  ['the grace is over with the first success', {}, '+-', '+-'],
  ['one failure may be the end', { consecutive_failures: 1, grace_period_seconds: 0 }, '-', 'x'],
]
for (const [title, check, results, expected] of cases) {
  test(`of health: ${title}`, (t) => {
    t.is(told(check, results), expected)
  })
}

const problems: readonly (readonly [ProbeResult, string | undefined])[] = [
  [{ type: 'command', exitCode: 0 }, undefined],
  [{ type: 'command', exitCode: 3 }, 'Command returned exited with status 3'],
  [{ type: 'http', statusCode: 204 }, undefined],
  [{ type: 'http', statusCode: 302 }, undefined],
  [{ type: 'http', statusCode: 404 }, 'Unexpected HTTP response code: 404'],
  [{ type: 'tcp', hasSucceeded: true }, undefined],
  [{ type: 'tcp', hasSucceeded: false }, 'Connection failed'],
  [{ type: 'failed', reason: 'too slow' }, 'too slow'],
]
for (const [result, problem] of problems) {
  test(`a probe that gives ${JSON.stringify(result)} ${problem ?? 'is in order'}`, (t) => {
    t.is(problemOf(result), problem)
  })
}

test('a check tells what is new, and nothing when nothing could be found out', (t) => {
  const check = { type: 'COMMAND' } as const
  const first = emptyStatus(check)
  t.deepEqual(first, { type: 'COMMAND', command: {} })
  t.is(checkResult(first, check, { type: 'failed', reason: 'x' }), first)
  const found = checkResult(first, check, { type: 'command', exitCode: 1 })
  t.deepEqual(found, { type: 'COMMAND', command: { exit_code: 1 } })
  t.is(checkResult(found, check, { type: 'command', exitCode: 1 }), found)
  t.deepEqual(checkResult(found, check, { type: 'failed', reason: 'x' }), first)
  t.deepEqual(emptyStatus({ type: 'HTTP' }), { type: 'HTTP', http: {} })
  t.deepEqual(emptyStatus({ type: 'TCP' }), { type: 'TCP', tcp: {} })
})
