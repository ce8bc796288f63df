/**
 * The registry: what a master has promised and must know after its end. The epoch it began, the agents it has admitted, those
 * out of reach and those gone for good, quotas and weights of roles.
 *
 * {@link registrar} is the actor that keeps it for a master, in a {@link RegistryStore}: LMDB in the master's work directory
 * (`environment.stores`), or memory where none is given. Tasks and frameworks are not in it: agents and schedulers bring them
 * when they come back.
 *
 * Guarantees: what the owner was told of is durable; changes are durable in the order in which they were told, those of one
 * message all or none; each epoch is larger than any that was begun in that store before, whatever the clock says; a
 * store that fails is told once and written no more.
 */
export { registrar } from './registrar.ts'
export type { RecordChanges, RegistrarNotice } from './registrar.ts'
export { recordsOf, registryOf } from './records.ts'
export { emptyRegistry } from './registry.ts'
export type { Registry, RegistryChange } from './registry.ts'
export { memoryRegistryStore } from './store.ts'
export type { RegistryStore } from './store.ts'
