import { describeAmount, describeDisk } from './describe.ts'
import { reservationRole } from './identity.ts'
import type { Resources } from './resources.ts'

/**
 * Resources for people and for flags: `cpus:4;mem:2048;cpus(spark):8;ports:[31000-32000]`. Plain and statically
 * reserved resources are read back by `parseResources`; allocation and principals are not shown, disks are
 * (`disk(spark)[id:path]:64`) but not read back.
 */
export function formatResources(resources: Resources): string {
  return [...resources.values()]
    .map(({ identity, amount }) => {
      const role = reservationRole(identity)
      const disk = identity.disk === undefined ? '' : `[${describeDisk(identity.disk)}]`
      return `${identity.name}${role === '*' ? '' : `(${role})`}${disk}:${describeAmount(amount)}`
    })
    .join(';')
}
