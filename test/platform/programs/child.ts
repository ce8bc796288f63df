import type { Environment } from '../../../src/platform/index.ts'

/**
 * A program for tests: `print <text…>`, `exit <code>`, `throw`, `variable <name>`, `wait` (until it is killed), and
 * `polite` (waits, and exits with code 7 on SIGTERM).
 */
export function runChild(environment: Environment, args: readonly string[]): void {
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
    default:
      throw new RangeError(`no verb ${String(verb)}`)
  }
}
