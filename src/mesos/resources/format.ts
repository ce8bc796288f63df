import type { Amount } from './amount.ts'
import { reservationRole } from './identity.ts'
import type { Resources } from './resources.ts'

/**
 * Resources for people and for flags: `cpus:4;mem:2048;cpus(spark):8;ports:[31000-32000]`. Plain and statically
 * reserved resources are read back by `parseResources`; allocation, principals and disks are not shown.
 */
export function formatResources(resources: Resources): string {
  return [...resources.values()]
    .map(({ identity, amount }) => {
      const role = reservationRole(identity)
      return `${identity.name}${role === '*' ? '' : `(${role})`}:${formatAmount(amount)}`
    })
    .join(';')
}

function formatAmount(amount: Amount): string {
  switch (amount.kind) {
    case 'scalar':
      return String(amount.thousandths / 1000)
    case 'ranges':
      return `[${amount.ranges.map(({ begin, end }) => `${begin}-${end}`).join(', ')}]`
    case 'set':
      return `{${amount.items.join(', ')}}`
  }
}
