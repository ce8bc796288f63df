import {
  nodeLineReader,
  nodeModuleResolver,
  nodeScriptCompiler,
  nodeStrayErrors,
  nodeTypeScriptCompiler,
  showAs,
  showError,
  showValue,
  type Environment,
  type LineReader,
  type LineReaderOptions,
} from '../../platform/index.ts'
import { SparkContext } from '../context/index.ts'
import { nameOf, RDD } from '../rdd/index.ts'
import { HELP, shellCommand, type ShellCommand } from './commands.ts'
import { complete } from './complete.ts'
import { unfinished, unknownCommand } from './errors.ts'
import { History } from './history.ts'
import { Session, type SourceText } from './session.ts'

export interface ShellOptions {
  /** What the context is made with. */
  readonly conf: Readonly<Record<string, string>>
  /** Run before the first line is read. */
  readonly files: readonly string[]
  /** Standard input by default. */
  readonly openReader?: (options: LineReaderOptions) => LineReader
}

const PROMPT = 'spark> '
const GOES_ON = '   ... '

const GOES_ON_WITH_DOT = /^\s*\??\.\s*(?:[A-Za-z_$]|$)/

const SPARK_URL = new URL('../index.js', import.meta.url).href
/** A shell as a process of its own; see `shell-main.ts`. */
export const shellProgram: string = decodeURIComponent(
  new URL('./shell-main.js', import.meta.url).pathname,
)

const OWN_FOLDER = new URL('../../', import.meta.url).href

/**
 * Runs a shell to its end; resolves to its exit code. Of a text that nobody types the first failure ends it, with 1.
 *
 * @throws what the context can't be made for
 */
export async function runShell(environment: Environment, options: ShellOptions): Promise<number> {
  const history = new History(environment)
  const lines = await history.read()
  const shell = new Shell(environment, options, history, lines)
  try {
    return await shell.run()
  } finally {
    await history.flush()
  }
}

class Shell {
  readonly #environment: Environment
  readonly #options: ShellOptions
  readonly #history: History
  readonly #reader: LineReader
  readonly #session: Session
  #lines: readonly string[]
  #sc: SparkContext | undefined
  /** Lines typed so far. */
  #line = 0
  #isRunning = false
  /** Ctrl-C came already, and nothing since. */
  #isTold = false
  #typed: string[] = []
  #exitCode: number | undefined
  #abandon: () => void = () => {}

  constructor(
    environment: Environment,
    options: ShellOptions,
    history: History,
    lines: readonly string[],
  ) {
    this.#environment = environment
    this.#options = options
    this.#history = history
    this.#lines = lines
    const open = options.openReader ?? nodeLineReader
    this.#reader = open({
      history: lines,
      onHistory: (now) => {
        this.#lines = now
        this.#history.write(now)
      },
      complete: (line) =>
        complete(continued([...this.#typed, line].join('\n')), this.#session, chainOf),
      onInterrupt: (typed) => {
        this.#interrupt(typed)
      },
    })
    this.#session = new Session({
      modules: environment.modules,
      resolver: nodeModuleResolver(),
      compiler: nodeScriptCompiler(),
      typescript: nodeTypeScriptCompiler,
      baseUrl: new URL('shell', `file://${environment.disk.absolute('.')}/`).href,
      ownUrl: SPARK_URL,
      interruptibly: (run) => this.#reader.withSignals(run),
    })
  }

  async run(): Promise<number> {
    const stopStray = nodeStrayErrors((error) => {
      this.#fail(error)
    })
    try {
      await this.#begin()
      for (const file of this.#options.files) await this.#load(file)
      while (this.#exitCode === undefined) await this.#readText()
    } finally {
      stopStray()
      this.#reader.close()
      // So that the shell around it begins a line of its own.
      if (this.#reader.isTerminal) this.#say('')
      await this.#sc?.stop()
    }
    return this.#exitCode
  }

  async #begin(): Promise<void> {
    const { conf } = this.#options
    const sc = await SparkContext.create({ conf })
    this.#sc = sc
    const spark = await this.#environment.modules.load(SPARK_URL)
    for (const [name, value] of Object.entries(spark)) {
      this.#session.define(name, value, { url: SPARK_URL, via: 'import', path: [name] })
    }
    this.#session.define('sc', sc)
    showAs(SparkContext.prototype, (one) => `SparkContext(${one.appName}, master = ${one.master})`)
    showAs<RDD<unknown>>(RDD.prototype, (rdd) => `${nameOf(rdd)}[${rdd.id}]`)
    if (!this.#reader.isTerminal) return
    this.#say(
      `Spark context available as 'sc' (master = ${sc.master}, app id = ${sc.applicationId}).`,
    )
    this.#say('Type .help for help.')
    // So that the first line need not wait for it.
    this.#environment.clock.setTimer(20, () => nodeTypeScriptCompiler.compile(''), {
      background: true,
    })
  }

  /** Reads lines until they are whole, and runs them. */
  async #readText(): Promise<void> {
    const first = await this.#reader.next(PROMPT)
    if (first !== '') this.#isTold = false
    if (first === undefined) {
      this.#exitCode ??= 0
      return
    }
    const startLine = this.#line++
    const command = shellCommand(first)
    if (command !== undefined) return this.#obey(command)
    this.#typed = [continued(first)]
    for (;;) {
      this.#takeContinuations()
      const text = this.#typed.join('\n')
      const source = { text, name: 'spark-shell', line: startLine }
      if (text.trim() === '' || (await this.#run(source)) !== 'incomplete') break
      const next = await this.#reader.next(GOES_ON)
      if (next === undefined) {
        this.#fail(unfinished('The input', text))
        break
      }
      if (this.#typed.length === 0) break // Ctrl-C
      this.#line++
      this.#typed.push(next)
    }
    this.#typed = []
  }

  /** Lines that came along, and go on with a dot: `.map(…)`. */
  #takeContinuations(): void {
    for (let next = this.#reader.peek(); next !== undefined; next = this.#reader.peek()) {
      if (!GOES_ON_WITH_DOT.test(next) || shellCommand(next) !== undefined) return
      this.#typed.push(next)
      this.#line++
      void this.#reader.next(GOES_ON)
    }
  }

  /** Runs a text, and shows what it gives; its failure is told. */
  async #run(source: SourceText): Promise<'done' | 'incomplete'> {
    this.#isRunning = true
    const abandoned = new Promise<'done'>((resolve) => {
      this.#abandon = () => {
        resolve('done')
      }
    })
    try {
      const running = this.#session.run(source, (value) => {
        if (value === undefined) return
        this.#session.set('_', value)
        this.#say(this.#shown(value))
      })
      return await Promise.race([running, abandoned])
    } catch (error) {
      this.#fail(error)
      return 'done'
    } finally {
      this.#isRunning = false
    }
  }

  #shown(value: unknown): string {
    const { stdout } = this.#environment.processes
    return showValue(value, { isColored: stdout.isTerminal, columns: stdout.columns || 80 })
  }

  async #load(path: string): Promise<void> {
    const { disk } = this.#environment
    const bytes = await disk.readFile(path).catch((error: unknown) => {
      this.#fail(error)
      return undefined
    })
    if (bytes === undefined) return
    const source = { text: new TextDecoder().decode(bytes), name: disk.absolute(path), line: 0 }
    if ((await this.#run(source)) === 'incomplete') {
      this.#fail(unfinished(path))
    }
  }

  async #obey(command: ShellCommand): Promise<void> {
    switch (command.type) {
      case 'help':
        this.#say(HELP.trimEnd())
        return
      case 'exit':
        this.#exitCode ??= 0
        return
      case 'history':
        for (const line of [...this.#lines].reverse()) this.#say(line)
        return
      case 'load':
        return this.#load(command.path)
      case 'unknown':
        this.#fail(unknownCommand(command.name))
    }
  }

  /** Ctrl-C. */
  #interrupt(typed: string): void {
    const sc = this.#sc
    if (this.#isRunning && sc !== undefined) {
      if (this.#isTold) {
        this.#say('')
        this.#environment.processes.stderr.write('Ended by Ctrl-C.\n')
        void sc.stop().finally(() => {
          this.#environment.processes.exit(130)
        })
        return
      }
      this.#isTold = true
      if (sc.statusTracker.getActiveJobIds().length === 0) {
        this.#say('^C')
        this.#abandon()
        return
      }
      this.#say('\nCancelling all active jobs. Press Ctrl-C again to end the shell.')
      sc.cancelAllJobs()
      return
    }
    if (typed !== '' || this.#typed.length > 0) {
      this.#say('^C')
      this.#typed = []
      this.#reader.discard()
      return
    }
    if (this.#isTold) {
      this.#exitCode = 130
      this.#reader.close()
      return
    }
    this.#isTold = true
    this.#say('\n(To end the shell, press Ctrl-C again, or Ctrl-D, or type .exit)')
    this.#reader.discard()
  }

  #fail(error: unknown): void {
    const interrupted = nodeScriptCompiler().isInterruption(error)
    this.#environment.processes.stderr.write(
      `${interrupted ? 'Interrupted.' : showError(error, OWN_FOLDER)}\n`,
    )
    if (!this.#reader.isTerminal) {
      this.#exitCode = 1
      this.#reader.close()
    }
  }

  #say(text: string): void {
    this.#environment.processes.stdout.write(`${text}\n`)
  }
}

/** What begins with a dot goes on from the last value. */
function continued(text: string): string {
  return GOES_ON_WITH_DOT.test(text) ? `_${text}` : text
}

/** Of chains that begin with the context or a dataset, most calls give a dataset. */
function chainOf(root: unknown): object | undefined {
  return root instanceof SparkContext || root instanceof RDD ? RDD.prototype : undefined
}
