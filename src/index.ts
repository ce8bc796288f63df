/**
 * Troupe: actors, supervision trees and a data platform made of them.
 *
 * This is the front door of the package (`import … from 'troupe'`): the environments a program can run
 * in, the actor runtime, and supervision.
 */
export { isTroupeError, memoryEnvironment, nodeEnvironment, TroupeError } from './platform/index.ts'
export type { Environment, NodeEnvironmentOptions } from './platform/index.ts'
export * from './actors/index.ts'
