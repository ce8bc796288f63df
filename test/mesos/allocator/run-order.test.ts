import test from 'ava'
import fc from 'fast-check'
import { orderClients, type SorterClient } from '../../../src/mesos/allocator/index.ts'
import { RunOrder } from '../../../src/mesos/allocator/run-order.ts'
import { clientAfterAllocation } from '../../../src/mesos/allocator/sorter.ts'
import { PersistentMap } from '../../../src/mesos/persistent-map.ts'
import { quantities } from '../../../src/mesos/resources/index.ts'

const scale = {
  total: quantities({ cpus: 100, mem: 100 }),
  weights: new Map([
    ['b', 2],
    ['d', 0.5],
  ]),
  excludedNames: new Set<string>(),
}

const flat = ['a', 'b', 'c', 'd', 'e', 'f']
const tree = ['a', 'b', 'a/x', 'c/y', 'c/z', 'd']

for (const [what, names] of [
  ['clients without children', flat],
  ['clients in a tree', tree],
] as const) {
  test(`the order of ${what} follows every allocation as if it were reckoned anew`, (t) => {
    const grant = fc.record({
      to: fc.constantFrom(...names),
      cpus: fc.integer({ min: 0, max: 3 }),
      mem: fc.integer({ min: 0, max: 3 }),
    })
    fc.assert(
      fc.property(
        fc.array(grant, { maxLength: 40 }),
        fc.subarray([...names]),
        (grants, inactive) => {
          const clients = PersistentMap.of<SorterClient>(
            names.map((name) => [
              name,
              { isActive: !inactive.includes(name), allocated: new Map(), allocations: 0 },
            ]),
          )
          const order = new RunOrder(clients, scale)
          return grants.every(({ to, cpus, mem }) => {
            const client = order.clients.get(to)
            if (client === undefined) return false
            order.update(to, clientAfterAllocation(client, quantities({ cpus, mem })))
            const expected = orderClients(order.clients, scale)
            return order.size === expected.length && order.paths.join() === expected.join()
          })
        },
      ),
    )
    t.pass()
  })
}
