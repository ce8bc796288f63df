/**
 * What master, workers, applications and clients of a standalone cluster say to each other.
 *
 * Workers and applications hold sessions with their master (calls one way, events the other); clients ask it about
 * drivers. States have Spark's names. All of it is plain data; the shapes say what of it is taken from a link.
 */
export type {
  ApplicationDescription,
  DriverDescription,
  HeldExecutor,
  ProfileRequest,
  WorkerDescription,
} from './descriptions.ts'
export type {
  ApplicationCall,
  ApplicationEvent,
  ClientRequest,
  DriverReply,
  DriverStatus,
  WorkerCall,
  WorkerEvent,
} from './messages.ts'
export {
  isApplicationCall,
  isApplicationEvent,
  isClientRequest,
  isWorkerCall,
  isWorkerEvent,
} from './shapes.ts'
export { isExecutorOver } from './states.ts'
export type { ApplicationState, DriverState, ExecutorState, WorkerState } from './states.ts'
export { stamp } from './stamp.ts'
