/**
 * Troupe: actors, supervision trees and a data platform made of them.
 *
 * This is the front door of the package (`import … from 'troupe'`): the runtime and its supervision
 * strategies. The platform built on them is behind `troupe/mesos` and `troupe/spark`, tests find probes
 * and a manual clock in `troupe/testkit`.
 */
export * from './actors/index.ts'
export * from './supervision/index.ts'
export { isTroupeError, nodeEnvironment, TroupeError } from './platform/index.ts'
export type {
  Address,
  Clock,
  Environment,
  Log,
  LogLevel,
  Random,
  Timer,
  TlsOptions,
} from './platform/index.ts'
