import { SparkError } from '../../errors.ts'
import type { Batches } from '../../batches/index.ts'
import type { Partition } from '../partition.ts'
import type { TaskContext } from '../task-context.ts'
import { lineOfRow } from '../text/line-of-row.ts'
import { NarrowRDD } from './narrow-rdd.ts'

/** Writes a line to the command. */
export type PrintLine = (line: string) => void

export interface PipeProps<T> {
  readonly command: readonly [string, ...string[]]
  readonly environment?: Readonly<Record<string, string>>
  readonly directory?: string
  readonly printPipeContext?: (print: PrintLine) => void
  readonly printRDDElement?: (row: T, print: PrintLine) => void
}

/** The lines that a command writes when it reads the rows of a partition, a line each. */
export class PipedRDD<T> extends NarrowRDD<T, string, PipeProps<T>> {
  readonly kind = 'pipe'

  /** @throws TROUPE_SPARK_PIPE_FAILED */
  async *compute(split: Partition, context: TaskContext): AsyncIterable<string> {
    const { command, environment, directory } = this.props
    const [program, ...args] = command
    const output = context.ports.processes.pipe({
      command: program,
      args,
      ...(environment === undefined ? {} : { environment }),
      ...(directory === undefined ? {} : { directory }),
      input: this.#input(this.parent.iterator(split, context), context),
    })
    // A byte order mark is the command's own affair: it is part of its first line.
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
    let rest = ''
    try {
      for (;;) {
        const step = await output.next()
        if (step.done === true) {
          const { code, signal } = step.value
          if (code !== 0) throw pipeFailed(command, `ended with ${signal ?? `code ${code}`}`)
          break
        }
        const lines = (rest + decoder.decode(step.value, { stream: true })).split('\n')
        rest = lines.pop() ?? ''
        yield* lines
      }
      rest += decoder.decode()
      if (rest !== '') yield rest
    } catch (error) {
      const isMissing = (error as { readonly syscall?: unknown } | null)?.syscall
      if (typeof isMissing !== 'string' || !isMissing.startsWith('spawn')) throw error
      throw pipeFailed(command, 'could not be started', error)
    } finally {
      await output.return({ code: undefined, signal: undefined })
    }
  }

  async *#input(rows: Batches<T>, context: TaskContext): AsyncIterable<string> {
    const { printPipeContext, printRDDElement } = this.props
    let text = ''
    const print: PrintLine = (line) => {
      text += `${line}\n`
    }
    try {
      printPipeContext?.(print)
      for (let batch = await rows.next(); batch !== undefined; batch = await rows.next()) {
        context.throwIfCancelled()
        for (const row of batch) {
          if (printRDDElement === undefined) print(lineOfRow(row))
          else printRDDElement(row, print)
        }
        yield text
        text = ''
      }
      if (text !== '') yield text
    } finally {
      await rows.close()
    }
  }
}

function pipeFailed(command: readonly string[], how: string, cause?: unknown): SparkError {
  return new SparkError(
    'TROUPE_SPARK_PIPE_FAILED',
    `The command ${JSON.stringify(command.join(' '))} of a pipe ${how}; what it wrote to stderr says why`,
    { data: { command: command.join(' '), how }, ...(cause === undefined ? {} : { cause }) },
  )
}
