/**
 * The scenario `throttler`: a load test on two agents, whose scheduler goes on with its run when it was killed. Holds if each query is
 * counted exactly once, and the master never has more tasks of it than the parallelism.
 */
export { throttler } from './throttler.ts'
