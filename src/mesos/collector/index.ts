/**
 * The collector: removes what agents and executors that are over have left below a work directory, in time.
 *
 * {@link collectorBehavior} is an actor, child of its agent. It is told which directories nobody needs any more, and removes each
 * when nothing was written in it for a while (`--gc_delay`), and the sooner the fuller the disk is: see {@link mostAgeMs}. What a
 * directory's age is, the file system knows; so an agent that starts anew goes on where the one before it was ended.
 *
 * Guarantees: what is in use is kept, and so is what is named by a link; only what is below `slaves` of the work directory is removed.
 *
 * @see slave/gc.cpp, `Slave::age` in slave/slave.cpp of Apache Mesos
 */
export { collectorBehavior } from './collector.ts'
export { newCollectorAccount } from './protocol.ts'
export type { CollectorAccount, CollectorMessage, CollectorOptions } from './protocol.ts'
