/** The map-output tracker: which executor holds the output of which map task. Its state is pure. */
export { mapOutputTracker } from './map-output-tracker.ts'
export type { MapOutputTrackerMessage } from './protocol.ts'
export type { BlocksAnswer, LostOutput, MapStatus } from './state.ts'
