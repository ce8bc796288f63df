import type { FaultHandle } from './fault-handle.ts'

/** What ends an effect. */
export type End = () => void

/** Begins an effect, which says to `work` when it happens and how often. */
export type Begin = (work: FaultHandle) => End | undefined
