/**
 * What a run of the Throttler is made of: a run is a number of operations; a _task_ does some of them on an agent, and reports
 * which are done. What framework and load say to each other is in {@link TaskSpec} and its neighbours; sets of operations are
 * ranges of their numbers.
 */
export { countOf, split, union, without } from './ranges.ts'
export type {
  EncodedHistogram,
  EnsureSchema,
  Figures,
  Interval,
  OperationFigures,
  OperationRange,
  RateSchedule,
  RateShare,
  RunningTask,
  RunSpec,
  StartTask,
  TaskListener,
  TaskResult,
  TaskSnapshot,
  TaskSpec,
  WorkloadChoice,
} from './task-run.ts'
