/**
 * Memory: who may hold how much of an executor's.
 *
 * A task's consumers (sorters, maps of combiners, writers) acquire execution memory of their {@link TaskMemory}, which
 * asks the executor's memory manager in coarse steps and lets consumers spill when there is no more.
 *
 * Words: *execution memory*, what sorting, combining and shuffling take while a task runs; *storage memory*, what cached
 * partitions and broadcasts take; *consumer*, whoever holds execution memory and can spill.
 */
export { boundlessMemory } from './task-memory.ts'
export type { ExecutionMemory, MemoryConsumer, MemoryMode, TaskMemory } from './task-memory.ts'
export { TaskMemoryManager } from './task-memory-manager.ts'
