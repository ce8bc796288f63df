export type { Environment } from '../../../src/platform/index.ts'
export type { NodeOptions as NodeOptionsOf } from '../../../src/actors/index.ts'
export type { AgentNode } from '../../../src/mesos/index.ts'
