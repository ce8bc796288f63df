import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/** Runs all threads of this process on these cores; false where that can't be told: it takes Linux and its `taskset`. */
function pin(cores: readonly number[]): boolean {
  try {
    for (const thread of readdirSync('/proc/self/task')) {
      execFileSync('taskset', ['-c', '-p', cores.join(','), thread], { stdio: 'ignore' })
    }
    return true
  } catch {
    return false
  }
}

/**
 * Measures round trips between threads, each time under the row's name: where the system puts them, and both on one core,
 * if that can be had. Afterwards they may run where they like.
 */
export async function eachPlacement(measure: (row: string) => Promise<void>): Promise<void> {
  await measure('thread-rt')
  if (availableParallelism() < 2 || !pin([0])) return
  await measure('thread-rt-together')
  pin([0, 1])
}
