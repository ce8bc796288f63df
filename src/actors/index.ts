/**
 * The runtime: actors, their mailboxes, their place in the tree, and what may go wrong with them.
 *
 * An {@link ActorSystem} is a tree of actors. `spawn` starts one from a {@link Behavior} and answers with
 * an {@link ActorRef}; `tell` and `ask` send it messages. When an actor fails, its parent's
 * {@link SupervisorStrategy} answers with a directive; the policies are next door in `supervision`.
 *
 * Guarantees, in full in docs/semantics.md: one message at a time; order per sender and receiver; every
 * message has one counted fate; a ref outlives restarts; an ask never hangs; children stop before
 * their parent. The same API works for actors in this thread, in other threads and on other nodes.
 */
export { METRICS_CONTENT_TYPE, formatMetrics, metricsOf } from './accounting/index.ts'
export type {
  FateSample,
  LedgerOptions,
  LedgerReport,
  Metric,
  MetricValue,
  TypedFate,
} from './accounting/index.ts'
export { ActorSystem } from './actor-system.ts'
export type { ActorSystemOptions, TerminationReport } from './actor-system.ts'
export type { ActorRef, AnyRef } from './actor-ref.ts'
export type { AskOptions } from './ask.ts'
export type { OfferOptions } from './offer.ts'
export {
  receive,
  same,
  setup,
  stateful,
  stopped,
  toBehavior,
  unhandled,
  withStash,
  withTimers,
} from './behaviors.ts'
export type { Behavior, BehaviorLike, ReceiveFunction, StateFunction } from './behavior.ts'
export type { ActorContext } from './context.ts'
export { shutdownPhases } from './coordinated-shutdown.ts'
export type { CoordinatedShutdown, ShutdownOutcome, ShutdownPhase } from './coordinated-shutdown.ts'
export { defaultStrategy } from './default-strategy.ts'
export { ActorNameError, AskError, BehaviorError, MailboxError, SystemError } from './errors.ts'
export type {
  ActorAbandoned,
  ChildFailed,
  DeadLetter,
  EventOf,
  EventStream,
  FailureIgnored,
  NodeEvent,
  SupervisorReport,
  SystemEvent,
} from './event-stream.ts'
export {
  actorSubject,
  clipped,
  counted,
  DecisionLog,
  formatDecisions,
  formatExplanation,
  readSubject,
  sentencesOf,
  subject,
} from './explain/index.ts'
export type {
  Account,
  Answer,
  AnswerOfNode,
  DecisionLimits,
  DecisionNote,
  DecisionPoint,
  DecisionRecord,
  DecisionUsage,
  ExplainOptions,
  Explanation,
  Inquiry,
  LazyNote,
  NodeAnswer,
  Reference,
  RejectedCandidate,
  Subject,
  Unanswered,
} from './explain/index.ts'
export { formatTree } from './format-tree.ts'
export { INSPECTOR_PATH, startInspector } from './inspector.ts'
export type {
  ExplainReply,
  InspectorRequest,
  LedgerReply,
  LedgerReportReply,
  TreeReply,
} from './inspector.ts'
export { ledgerImbalance } from './ledger.ts'
export type { DropReason, LedgerSnapshot } from './ledger.ts'
export type { Placement } from './placement.ts'
export { registered } from './registered.ts'
export type { RegisteredBehavior } from './registered.ts'
export { serviceKey } from './receptionist/index.ts'
export type {
  Listing,
  Receptionist,
  ReceptionistMessage,
  ServiceKey,
} from './receptionist/index.ts'
export { RestartWindow } from './restart-window.ts'
export {
  broadcast,
  choosing,
  consistentHash,
  group,
  leastLoaded,
  pool,
  randomly,
  roundRobin,
  RouterError,
  stableHash,
} from './routers/index.ts'
export type {
  Chooser,
  ConsistentHashOptions,
  GetRoutees,
  GroupOptions,
  PoolOptions,
  ResizePool,
  Routee,
  RouteesReply,
  RouterControl,
  Routing,
} from './routers/index.ts'
export type { PostStop, PreRestart, Signal, Terminated, TerminationReason } from './signals.ts'
export type { MailboxOptions, OverflowPolicy, SpawnOptions } from './spawn-options.ts'
export type { Stash } from './stash.ts'
export type {
  ChildFailure,
  ChildRestart,
  Decision,
  Directive,
  DirectiveScope,
  RestartCount,
  Supervisor,
  SupervisorStrategy,
} from './supervisor.ts'
export type { Interception, Interceptor } from './interception.ts'
export type { Timers } from './timers.ts'
export type { ActorDescription } from './tree.ts'
export {
  aCount,
  aFlag,
  aNumber,
  aRef,
  aText,
  accepting,
  anything,
  bytes,
  eitherOf,
  listOf,
  maybe,
  oneOf,
  protocol,
  record,
} from './shapes/index.ts'
export type { Fields, MessagesOf, Shape } from './shapes/index.ts'
export { CodecError, RemoteError, decodeAlone, encodeAlone, findCulprit } from './codec/index.ts'
export { LinkError, NodeError, formatAddress, nodeAddressOf } from './links/index.ts'
export type { LinkAccount, LinkCounts, LinkLimits } from './links/index.ts'
export { isLoopback, startNode } from './remote/index.ts'
export type {
  JoinOptions,
  NodeOptions,
  RemoteNode,
  SpreadOptions,
  TroupeNode,
} from './remote/index.ts'
export { runThread, threadPool } from './threads/index.ts'
export type {
  PoolThreadInfo,
  ThreadPool,
  ThreadPoolOptions,
  ThreadStatistics,
} from './threads/index.ts'
