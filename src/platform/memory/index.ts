/**
 * The environment in memory: simulated nodes in this thread, under one virtual clock and one seed.
 *
 * `memoryEnvironment()` makes a world; `world.environment(name)` is one node of it, to be handed to
 * a program in place of `nodeEnvironment()`. Nodes reach each other by connections that can be
 * slow, cut, reset and refused; they start programs and threads that were registered as functions;
 * they have a disk that forgets what was not synced when their machine crashes. Time stands still
 * until a driver (`settle`, `advance`, `run`, `until`) is awaited. Guarantee: the same program
 * under the same seed does the same turns in the same order, whatever the machine does. How async
 * handlers fit into that is told at `Pump`.
 */
export { memoryEnvironment } from './memory-environment.ts'
export type {
  MemoryEnvironmentOptions,
  MemoryLogEntry,
  MemoryNodeInfo,
  MemoryNodeStart,
  MemoryNodeUse,
  MemoryWorld,
} from './memory-world.ts'
export type { DiskFate } from './disk.ts'
export type { Delay, MemoryNetwork, Segments } from './network.ts'
export { onUnhandledRejection } from './rejections.ts'
export { seededRandom } from './random.ts'
export type { MemoryFilter, MemoryProgram, ProcessSignal } from './processes.ts'
export type { MemoryThreadEntry } from './threads.ts'
export type { VirtualClock } from './virtual-clock.ts'
export type { CqlAnswer, CqlAnswers } from './cassandra.ts'
