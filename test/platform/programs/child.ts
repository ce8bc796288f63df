import type { Environment } from '../../../src/platform/index.ts'

/**
 * A program for tests: `print <text…>`, `exit <code>`, `throw`, `variable <name>`, `wait` (until it
 * is killed), `polite` (waits, and exits with code 7 on SIGTERM), and `launch <program>` (starts
 * that program detached, prints its pid and waits).
 */
export async function runChild(environment: Environment, args: readonly string[]): Promise<void> {
  const { processes, clock } = environment
  const [verb, ...rest] = args
  const wait = (): void => void clock.setTimer(1000, wait)
  switch (verb) {
    case 'print':
      return processes.stdout.write(rest.join(' '))
    case 'variable':
      return processes.stdout.write(processes.environment[rest[0] ?? ''] ?? 'unset')
    case 'exit':
      return processes.exit(Number(rest[0]))
    case 'wait':
      processes.stdout.write('ready')
      return wait()
    case 'polite':
      processes.onSignal('SIGTERM', () => processes.exit(7))
      processes.stdout.write('ready')
      return wait()
    case 'launch': {
      const command = { command: rest[0] ?? '', args: ['wait'], node: true, detached: true }
      const child = await processes.start(command)
      processes.stdout.write(`pid ${child.pid}`)
      return wait()
    }
    default:
      throw new RangeError(`no verb ${String(verb)}`)
  }
}
