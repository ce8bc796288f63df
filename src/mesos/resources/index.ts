/**
 * Resources and their arithmetic.
 *
 * A {@link Resources} is an immutable bundle of scalars, ranges and sets. Two resources are the same thing, and add
 * up, when name, reservations, allocation role and disk agree; so `cpus` and `cpus(spark)` are held apart in one bundle.
 * Scalars are fixed point with three decimals: sums are exact, in any order. Volumes and mounted disks are whole: they
 * are there or not, in one size; of shared ones there may be several copies, which count as one.
 *
 * Guarantees: nothing here ever makes an amount negative; `subtract(add(a, b), b)` equals `a` for scalars and for
 * disjoint ranges and sets; `parseResources(formatResources(r))` equals `r` for what flags can say.
 *
 * Words: *reserved* — set aside for a role, statically by the agent's flags or dynamically by an operation, and refined
 * for roles below it; *allocated* — given to a role by the allocator; {@link Quantities} — only the scalars, by name: what shares are counted in.
 */
export { parseResources } from './parse.ts'
export { parseAttributes } from './attributes.ts'
export { formatResources } from './format.ts'
export { describeResource, describeResources } from './describe.ts'
export { idProblem } from './id.ts'
export { isRoleName, roleProblem } from './role.ts'
export {
  identityOf,
  isDynamic,
  isReservedFor,
  isVolume,
  reservationRole,
  withoutVolume,
} from './identity.ts'
export type { ResourceIdentity } from './identity.ts'
export type { Amount } from './amount.ts'
export {
  add,
  allocateTo,
  contains,
  equals,
  fromWire,
  isEmpty,
  noResources,
  scalarOf,
  subtract,
  thousandthsOf,
  unallocated,
  without,
} from './resources.ts'
export type { ResourceItem, Resources } from './resources.ts'
export {
  asConfigured,
  checkpointedPart,
  reservedFor,
  exclusivePart,
  select,
  sharedOnce,
  toUnreserved,
  unreserved,
  withoutLastReservation,
  withoutVolumes,
} from './select.ts'
export { toWire } from './wire.ts'
export type { ReservationForm } from './wire.ts'
export { formProblem, resourceProblem, resourcesProblem } from './validate.ts'
export {
  addQuantities,
  containsQuantities,
  noQuantities,
  quantities,
  quantitiesOf,
} from './quantities.ts'
export type { Quantities } from './quantities.ts'
export { take } from './take.ts'
export type { Taken } from './take.ts'
