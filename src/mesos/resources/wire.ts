import type { ReservationInfo, Resource } from '../protocol/index.ts'
import type { ResourceIdentity } from './identity.ts'
import type { Resources } from './resources.ts'

/**
 * How reservations are said. `old`: by `role` and `reservation`, which can say one only. `refined`: by `reservations`.
 * `both`: by the one and by the other, where the old form can say it at all.
 */
export type ReservationForm = 'old' | 'refined' | 'both'

/** The wire form of a bundle; a shared volume comes once, however many copies there are. */
export function toWire(resources: Resources, form: ReservationForm = 'both'): readonly Resource[] {
  return [...resources.values()].flatMap(({ identity, amount }): readonly Resource[] => {
    const base = {
      name: identity.name,
      ...reservationFields(identity.reservations, form),
      ...(identity.allocationRole !== undefined && {
        allocation_info: { role: identity.allocationRole },
      }),
      ...(identity.disk !== undefined && { disk: identity.disk }),
      ...(identity.isRevocable && { revocable: {} }),
      ...(identity.isShared && { shared: {} }),
    }
    switch (amount.kind) {
      case 'scalar':
        return [scalarOf(base, amount.thousandths)]
      case 'copies': {
        const one = scalarOf(base, amount.thousandths)
        return identity.isShared ? [one] : Array.from({ length: amount.copies }, () => one)
      }
      case 'ranges':
        return [{ ...base, type: 'RANGES', ranges: { range: amount.ranges } }]
      case 'set':
        return [{ ...base, type: 'SET', set: { item: amount.items } }]
    }
  })
}

/** The spread comes last for the sake of speed; see CONTRIBUTING.md. */
function scalarOf(base: Pick<Resource, 'name'>, thousandths: number): Resource {
  return { type: 'SCALAR', scalar: { value: thousandths / 1000 }, ...base }
}

function reservationFields(
  reservations: ResourceIdentity['reservations'],
  form: ReservationForm,
): Pick<Resource, 'role' | 'reservation' | 'reservations'> {
  const [only, ...more] = reservations
  if (form === 'refined') return only === undefined ? {} : { reservations }
  if (only === undefined) return { role: '*' }
  const refined = form === 'both' && { reservations }
  if (more.length > 0) return { reservations }
  return { role: only.role, ...oldReservation(only), ...refined }
}

function oldReservation({
  type,
  principal,
  labels,
}: ReservationInfo): Pick<Resource, 'reservation'> {
  if (type === 'STATIC') return {}
  return {
    reservation: {
      ...(principal !== undefined && { principal }),
      ...(labels !== undefined && { labels }),
    },
  }
}
