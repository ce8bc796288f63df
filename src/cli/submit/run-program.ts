import { shellStatusOf, type Environment } from '../../platform/index.ts'

/** A program and what it is run with. */
export interface ProgramRun {
  readonly program: string
  readonly args: readonly string[]
  readonly variables: Readonly<Record<string, string>>
  /** Options for Node. */
  readonly nodeArgs?: readonly string[]
  /** The heap of its process; Node's own default without it. */
  readonly heapMb?: number
}

/**
 * Runs a program in a process of its own, with this one's terminal, and resolves to its exit code, as a shell says it. To be told to end is passed
 * on, so that its context stops and leaves nothing behind.
 *
 * @throws TROUPE_PLATFORM_PROCESS_FAILED
 */
export async function runProgram({ processes }: Environment, run: ProgramRun): Promise<number> {
  const child = await processes.start({
    command: run.program,
    args: run.args,
    node: true,
    nodeArgs: [
      ...(run.heapMb === undefined ? [] : [`--max-old-space-size=${run.heapMb}`]),
      ...(run.nodeArgs ?? []),
    ],
    environment: run.variables,
    stdin: 'inherit',
    stdout: 'inherit',
    stderr: 'inherit',
  })
  const end = (): void => {
    child.kill('SIGTERM')
  }
  // A terminal sends Ctrl-C to both; a second signal would not let the program stop its context.
  const isInTerminal = processes.stdout.isTerminal || processes.stderr.isTerminal
  const removals = [
    processes.onSignal('SIGTERM', end),
    processes.onSignal('SIGHUP', isInTerminal ? () => {} : end),
    processes.onSignal('SIGINT', isInTerminal ? () => {} : end),
  ]
  const exit = await child.exited
  for (const remove of removals) remove()
  return shellStatusOf(exit)
}
