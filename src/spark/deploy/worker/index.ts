/**
 * A worker of a standalone cluster: the processes on one machine that its master has asked for.
 *
 * {@link sparkWorker} is the actor that holds a session with the master. Each executor and each driver is a child of it that keeps a process; a
 * supervised driver that fails is run again by supervision, after growing delays. All of these processes end with the worker's, however that ends.
 */
export { sparkWorker } from './worker.ts'
