/**
 * Offer operations: what RESERVE, UNRESERVE, CREATE, DESTROY, GROW_VOLUME and SHRINK_VOLUME make of resources.
 *
 * All of it is pure. {@link applyOperation} takes resources and an operation, and answers with what is there afterwards,
 * or with the reason why nothing changes, in the words of Mesos. {@link withCheckpointed} is the other way to the same
 * end: what an agent has, from its flags and from what was made of them.
 *
 * Guarantees: an operation conserves quantities: as much cpus, mem, disk and so on after as before; it takes nothing that
 * is not in the resources it is given; a refused one changes nothing.
 *
 * Words: *conversion* — some resources that become others; *checkpointed* — what an agent must keep, since its flags don't
 * say it: dynamic reservations and volumes.
 */
export { applyOperation, convert, planOperation, unallocatedConversions } from './apply.ts'
export type { Applied, Refusal } from './apply.ts'
export { withCheckpointed } from './checkpointed.ts'
export type { Conversion, ResourceOperation } from './conversions.ts'
export { persistenceProblem } from './validate.ts'
export type { OperationContext } from './validate.ts'
