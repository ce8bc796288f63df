/** The driver's side of storage: which executor keeps which block. */
export { BlockDirectory } from './block-directory.ts'
export type { BlockHolder, KeptBlock, RddStorage } from './block-directory.ts'
export { blockManagerMaster } from './block-manager-master.ts'
