/**
 * What a load test does: tables, and operations on them that are chosen by weights. Built-in ones, and modules of the user's own.
 *
 * - {@link Workload}: what a module has to export. Its operations draw everything from the run's seed and the operation's number.
 * - Workloads on typed tables run on Cassandra and on the embedded store; those that speak CQL need Cassandra.
 */
export { builtInWorkloads, findWorkload, invalid as invalidWorkload } from './find.ts'
export type { Operation, PreparedWorkload, Workload, WorkloadContext } from './workload.ts'
