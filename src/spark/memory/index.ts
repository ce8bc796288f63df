/**
 * Memory: who may hold how much of an executor's.
 *
 * A task's consumers (sorters, maps of combiners, writers) acquire execution memory of their {@link TaskMemory}, which
 * asks the executor's memory manager in coarse steps and lets consumers spill when there is no more.
 *
 * The {@link MemoryManager} is Spark's unified one: reserved, user and Spark memory ({@link memoryRegions}); of the last, execution
 * and storage borrow from each other, and execution may take back what storage holds beyond its region. With N active tasks each
 * gets between 1/2N and 1/N of what execution has.
 *
 * Guarantees: never over the pool; nobody waits for ever while those that hold memory end.
 *
 * Words: *execution memory*, what sorting, combining and shuffling take while a task runs; *storage memory*, what cached
 * partitions and broadcasts take; *consumer*, whoever holds execution memory and can spill.
 */
export { MemoryManager } from './memory-manager.ts'
export type { EvictBlocks, MemoryUse } from './memory-manager.ts'
export { RESERVED_SYSTEM_MEMORY_BYTES, memoryRegions } from './memory-regions.ts'
export type { MemoryOwner, MemoryRegions, MemorySettings } from './memory-regions.ts'
export { boundlessMemory } from './task-memory.ts'
export type { ExecutionMemory, MemoryConsumer, MemoryMode, TaskMemory } from './task-memory.ts'
export { TaskMemoryManager } from './task-memory-manager.ts'
