/**
 * What is drawn by operations: keys and values from seeds, and whole numbers by the distributions of cassandra-stress.
 *
 * All of it is a function of numbers: the run's seed, the operation's number, and a number that tells draws of one operation apart.
 */
export { SeededStream } from './seeded.ts'
export { parseCount, parseDistribution } from './distribution.ts'
export type { Distribution } from './distribution.ts'
