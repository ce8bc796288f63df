import type { ChildProcess, Environment, ProcessCommand } from '../../platform/index.ts'
import type { ExecAnswer } from './protocol.ts'

/** Runs a command to its end, or until it has had its time. @throws TROUPE_PLATFORM_PROCESS_FAILED */
export async function runWithin(
  { clock, processes }: Pick<Environment, 'clock' | 'processes'>,
  command: ProcessCommand,
  timeoutMs: number,
): Promise<ExecAnswer> {
  const child: ChildProcess = await processes.start({ ...command, detached: true })
  return new Promise((resolve) => {
    const timer = clock.setTimer(timeoutMs, () => {
      child.kill('SIGKILL')
      resolve({ type: 'exec-timed-out' })
    })
    void child.exited.then((exit) => {
      timer.cancel()
      resolve({ type: 'exec-ended', exit })
    })
  })
}
