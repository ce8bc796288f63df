/** Something that is to be run on behalf of an owner. */
export type Task = () => void

/**
 * Whoever work belongs to: a simulated process or thread, or the world itself. Work of a dead owner
 * is dropped when its turn comes; work of a stopped one (SIGSTOP) is held until it goes on.
 */
export interface Owner {
  readonly isAlive: boolean
  readonly isStopped: boolean
  /** It goes on, but work from before is still held: what comes due joins that line. */
  readonly isBehind: boolean
  /** Keeps work that came due while the owner was stopped. */
  hold(task: Task): void
  /** Takes what a task threw. */
  failed(error: unknown): void
}
