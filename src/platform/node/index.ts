/**
 * The real environment: Node's event loop, the system's clocks, sockets, files, processes and
 * threads.
 *
 * `nodeEnvironment()` serves the main thread and threads started by `Threads.start` alike: inside
 * such a thread, `threads.startData` and `threads.parentPort` are what its parent gave it. Making
 * an environment costs nothing and opens nothing. Failures carry the codes of `docs/errors.md`;
 * what the system said is their `cause`.
 */
export { nodeEnvironment } from './node-environment.ts'
export type { NodeEnvironmentOptions } from './node-environment.ts'
