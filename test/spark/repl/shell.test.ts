import test from 'ava'

import {
  memoryEnvironment,
  nodeEnvironment,
  type Environment,
  type LineReader,
  type LineReaderOptions,
  type TextSink,
} from '../../../src/platform/index.ts'
import { shellCommand } from '../../../src/spark/repl/commands.ts'
import { History } from '../../../src/spark/repl/history.ts'
import { runShell } from '../../../src/spark/repl/index.ts'

/** Somebody who types these lines; a function is called in the place of a line. */
class Typist implements LineReader {
  readonly isTerminal: boolean
  readonly prompts: string[] = []
  options: LineReaderOptions | undefined
  #lines: (string | ((options: LineReaderOptions) => void))[]

  constructor(isTerminal: boolean, lines: readonly (string | ((o: LineReaderOptions) => void))[]) {
    this.isTerminal = isTerminal
    this.#lines = [...lines]
  }

  next(prompt: string): Promise<string | undefined> {
    this.prompts.push(prompt)
    const line = this.#lines.shift()
    if (typeof line !== 'function') return Promise.resolve(line)
    if (this.options !== undefined) line(this.options)
    return this.next(prompt)
  }

  peek(): string | undefined {
    const [line] = this.#lines
    return typeof line === 'string' ? line : undefined
  }

  discard(): void {
    this.prompts.push('discarded')
  }

  withSignals<T>(run: () => T): T {
    return run()
  }

  close(): void {
    this.#lines = []
  }
}

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

const sinkTo = (parts: string[]): TextSink => ({
  write: (text) => parts.push(text),
  isTerminal: false,
  columns: 80,
})

async function shell(typist: Typist, master = 'local[2]'): Promise<Ran> {
  const real = nodeEnvironment({ log: { level: 'off' } })
  const out: string[] = []
  const err: string[] = []
  const environment: Environment = {
    ...real,
    disk: memoryEnvironment().disk('shell'),
    processes: { ...real.processes, stdout: sinkTo(out), stderr: sinkTo(err) },
  }
  const code = await runShell(environment, {
    conf: { 'spark.master': master, 'spark.app.name': 'typed' },
    files: [],
    openReader: (options) => {
      typist.options = options
      return typist
    },
  })
  return { code, out: out.join(''), err: err.join('') }
}

test.serial('lines are run as they come, and their values shown', async (t) => {
  const { code, out, err } = await shell(
    new Typist(true, [
      'const k = 10',
      'const scaled = sc.parallelize([1, 2, 3], 2)',
      '  .map((x: number) => x * k)',
      'scaled',
      () => {},
      '.collect()',
      '_.length',
      'function f(x: number) {',
      '  return x + k',
      '}',
      'await scaled.map(f).collect()',
      'sc.range(3).count()',
      '.exit',
      'never',
    ]),
  )
  t.is(err, '')
  t.is(code, 0)
  t.deepEqual(out.split('\n').slice(2), [
    'MapRDD[1]',
    '[ 10, 20, 30 ]',
    '3',
    '[ 20, 30, 40 ]',
    '3',
    '',
    '',
  ])
})

test.serial(
  'a failure is told and the shell goes on; of what nobody types it ends it with 1',
  async (t) => {
    const lines = ['nothing', '1 + 1', 'throw new RangeError("far")', 'let a = )', '2 + 2']
    const typed = await shell(new Typist(true, lines))
    t.is(typed.code, 0)
    t.regex(typed.out, /2\n4\n/)
    t.regex(
      typed.err,
      /nothing is not defined\n.*spark-shell:1:1\n[^]*RangeError: far\n.*spark-shell:3:/,
    )
    t.regex(typed.err, /spark-shell:4:9 \(TROUPE_SPARK_SHELL_SYNTAX\)/)
    const piped = await shell(new Typist(false, ['1 + 1', 'nothing', '2 + 2']))
    t.is(piped.code, 1)
    t.is(piped.out, '2\n')
  },
)

test.serial('text that ends within a statement is a failure', async (t) => {
  const { code, err } = await shell(new Typist(false, ['sc.range(3', '.count()']))
  t.is(code, 1)
  t.regex(err, /ends within a statement:\nsc\.range\(3/)
})

test.serial('Ctrl-C cancels running jobs, at a prompt it takes two to end the shell', async (t) => {
  const typist = new Typist(true, [
    'const slow = sc.parallelize([1], 1).map(async () => { await new Promise(() => {}) })',
    'setTimeout(interrupt, 300); slow.collect()',
    ({ onInterrupt }) => {
      onInterrupt('half a li')
    },
    '1 + 1',
    ({ onInterrupt }) => {
      onInterrupt('')
    },
    '',
    ({ onInterrupt }) => {
      onInterrupt('')
    },
    'never()',
  ])
  Object.defineProperty(globalThis, 'interrupt', {
    value: () => {
      typist.options?.onInterrupt('')
    },
    configurable: true,
  })
  t.teardown(() => {
    Reflect.deleteProperty(globalThis, 'interrupt')
  })
  const { code, out, err } = await shell(typist)
  t.regex(out, /Cancelling all active jobs/)
  t.regex(err, /TROUPE_SPARK_JOB_CANCELLED/)
  t.notRegex(err, /never/)
  t.regex(out, /\^C\n2\n/)
  t.regex(out, /To end the shell, press Ctrl-C again/)
  t.is(code, 130)
})

test('commands begin with a dot or a colon, and are told from lines that go on', (t) => {
  t.deepEqual(
    [':q', '.exit', ' :load a b.ts ', '.help', ':nope', '.collect()', '.length', 'exit'].map(
      (line) => shellCommand(line),
    ),
    [
      { type: 'exit' },
      { type: 'exit' },
      { type: 'load', path: 'a b.ts' },
      { type: 'help' },
      { type: 'unknown', name: 'nope' },
      undefined,
      undefined,
      undefined,
    ],
  )
})

test('history lasts: the file has the latest last, for its owner only', async (t) => {
  const world = memoryEnvironment()
  const real = world.environment('shell')
  const environment = {
    ...real,
    processes: { ...real.processes, environment: { HOME: '/home/me' } },
  }
  const history = new History(environment)
  t.deepEqual(await history.read(), [])
  history.write(['one'])
  history.write(['two', 'one'])
  await history.flush()
  t.deepEqual(await new History(environment).read(), ['two', 'one'])
  const path = '/home/me/.troupe/spark_shell_history'
  t.is(new TextDecoder().decode(await real.disk.readFile(path)), 'one\ntwo\n')
  t.is((await real.disk.describe(path))?.mode, 0o600)
})
