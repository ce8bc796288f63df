export type { Environment } from '../../../src/platform/index.ts'
export type { NodeOptions as NodeOptionsOf } from '../../../src/actors/index.ts'
