/**
 * The scenario `masters`: a standalone cluster whose masters elect their leader in ZooKeeper (its twin: two servers that share a tree),
 * with two workers and a driver that name one master each. Besides what holds in any system: only the master that was elected last launches
 * anything, no worker is given more than it has, the job's results are those of the undisturbed run, and at rest one master leads, all are
 * registered with it, and what it counts is what runs.
 *
 * The scenario `profiles`: the same cluster, with stages that want executors of two kinds. No task runs on an executor of another kind than its
 * stage wants, no worker is given more than it has, and the results are those of the undisturbed run.
 */
export { masters } from './masters.ts'
export { profiles } from './profiles.ts'
