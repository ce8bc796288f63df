import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/** Where two threads that talk to each other run. The scheduler's own choice makes a round trip of 11 or of 80 µs. */
export type Placement = 'one core' | 'two cores'

/** Whether threads of this process can be told where to run: on Linux, with `taskset` of util-linux. */
const canPlace = availableParallelism() > 1 && pin(process.pid, [0, 1])
/** The thread of the program itself, on Linux. */
const main = process.pid

function pin(thread: number, cores: readonly number[]): boolean {
  try {
    execFileSync('taskset', ['-c', '-p', cores.join(','), String(thread)], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function threads(): readonly number[] {
  return readdirSync('/proc/self/task').map(Number)
}

/** Puts the program's thread on the first core, and all its other threads there too or on the second. */
function place(placement: Placement): void {
  for (const thread of threads()) {
    pin(thread, [thread === main || placement === 'one core' ? 0 : 1])
  }
}

/**
 * Measures round trips between threads in each placement, under its row; where threads can't be placed, once, wherever
 * the scheduler puts them. Afterwards all threads may run where they like.
 */
export async function eachPlacement(measure: (row: string) => Promise<void>): Promise<void> {
  if (!canPlace) {
    await measure('thread-rt')
    return
  }
  place('one core')
  await measure('thread-rt')
  place('two cores')
  await measure('thread-rt-apart')
  for (const thread of threads()) pin(thread, [0, 1])
}
