declare const idKind: unique symbol

/**
 * An identifier as v1 JSON writes it: `{"value": "…"}`. The phantom `Kind` keeps a task's id from being
 * taken for an agent's, while a literal `{ value: 'x' }` fits everywhere. Compare and index by `value`.
 */
interface Id<Kind extends string> {
  readonly value: string
  readonly [idKind]?: Kind
}

/** Given by the master, or chosen by the framework in its SUBSCRIBE. */
export type FrameworkId = Id<'FrameworkId'>
/** Given by the master when an agent registers. */
export type AgentId = Id<'AgentId'>
/** Given by the master; one offer of one agent to one framework. */
export type OfferId = Id<'OfferId'>
/** Chosen by the framework; unique within it among tasks that are not terminal. */
export type TaskId = Id<'TaskId'>
/** Chosen by the framework; unique within it on one agent. */
export type ExecutorId = Id<'ExecutorId'>
/** Given by the agent; one run of one executor, or, with the executor's as `parent`, of one task of a group. */
export type ContainerId = Id<'ContainerId'> & { readonly parent?: ContainerId }
/** Chosen by the framework; asks for a status of the operation. */
export type OperationId = Id<'OperationId'>
