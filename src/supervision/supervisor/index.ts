/** The supervisor behavior, its messages and replies; see `supervisor`. */
export { supervisor } from './supervisor.ts'
export type {
  ChildInfo,
  ChildrenReply,
  ChildRefusal,
  ChildReply,
  CountReply,
  SupervisorMessage,
} from './protocol.ts'
