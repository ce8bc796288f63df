import test from 'ava'
import { memoryEnvironment, nodeEnvironment } from '../../src/platform/index.ts'
import type { NodeEnvironmentOptions } from '../../src/platform/index.ts'

function logged(options: NonNullable<NodeEnvironmentOptions['log']>): {
  lines: string[]
  log: ReturnType<typeof nodeEnvironment>['log']
} {
  const lines: string[] = []
  const { log } = nodeEnvironment({ log: { ...options, write: (line) => lines.push(line) } })
  return { lines, log }
}

test('an entry is one line with its time, level, message and fields', (t) => {
  const { lines, log } = logged({ level: 'debug' })
  log.write('info', 'agent registered', { agent: 'agent-1', cpus: 4, labels: ['a b'] })
  const [time, ...rest] = (lines[0] ?? '').split(' ')
  t.regex(time ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  t.is(rest.join(' '), "info  agent registered agent=agent-1 cpus=4 labels=[ 'a b' ]\n")
})

test('line ends and quotes inside values do not break the line', (t) => {
  const { lines, log } = logged({ level: 'debug' })
  log.write('error', 'two\nlines', { text: 'say "x"\r\nnext', error: new RangeError('bad') })
  const line = lines[0] ?? ''
  t.is(line.indexOf('\n'), line.length - 1)
  t.true(line.includes('two\\nlines'))
  t.true(line.includes('RangeError: bad'))
})

test('on a terminal the stack of an error stands below its entry', (t) => {
  const { lines, log } = logged({ isTerminal: true })
  const error = new RangeError('bad')
  error.stack = 'RangeError: bad\n    at somewhere'
  log.write('warn', 'has failed', { error, times: 2 })
  t.regex(lines.join(''), /Z warn {2}has failed times=2\n {4}RangeError: bad\n {8}at somewhere\n$/)
})

test('entries below the level are dropped, and all with off', (t) => {
  const { lines, log } = logged({ level: 'warn' })
  log.write('info', 'dropped')
  log.write('warn', 'kept')
  t.is(lines.length, 1)
  const silent = logged({ level: 'off' })
  silent.log.write('error', 'dropped')
  t.deepEqual(silent.lines, [])
})

test('the log in memory keeps entries with their node and virtual time', async (t) => {
  const world = memoryEnvironment()
  await world.advance(7)
  world.environment('a').log.write('debug', 'hello', { n: 1 })
  t.deepEqual(world.logEntries, [
    { node: 'a', timeMs: 7, level: 'debug', message: 'hello', fields: { n: 1 } },
  ])
})
