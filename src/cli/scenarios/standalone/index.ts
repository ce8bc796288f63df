/**
 * The scenario `masters`: a standalone cluster whose masters elect their leader in ZooKeeper (its twin: two servers that share a tree),
 * with two workers and a driver that name one master each. Besides what holds in any system: only the master that was elected last launches
 * anything, no worker is given more than it has, the job's results are those of the undisturbed run, and at rest one master leads, all are
 * registered with it, and what it counts is what runs.
 */
export { masters } from './masters.ts'
