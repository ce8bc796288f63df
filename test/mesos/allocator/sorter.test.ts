import test from 'ava'
import fc from 'fast-check'
import {
  addClient,
  allocated,
  emptySorter,
  recovered,
  removeClient,
  setActive,
  type Sorter,
} from '../../../src/mesos/allocator/sorter.ts'
import { orderClients, sorted, type ShareScale } from '../../../src/mesos/allocator/sorter-order.ts'

/** Packed cpus and mem. */
const amount = (cpus: number, mem: number) => [cpus * 1000, mem * 1000]

const with_ = (sorter: Sorter, path: string, cpus: number, mem: number): Sorter =>
  allocated(setActive(addClient(sorter, path, 0), path, true), path, amount(cpus, mem))

const scale = (
  cpus: number,
  mem: number,
  weights: Readonly<Record<string, number>> = {},
): ShareScale => ({ total: amount(cpus, mem), weights: new Map(Object.entries(weights)) })

const order = (sorter: Sorter, by: ShareScale = scale(100, 100)): string =>
  orderClients(sorter, by)
    .map(({ path }) => path)
    .join(' ')

const tree = (held: Readonly<Record<string, number>>): Sorter =>
  Object.entries(held).reduce((sorter, [path, n]) => with_(sorter, path, n, n), emptySorter)

test('clients stand in the order of their dominant shares', (t) => {
  let sorter = with_(emptySorter, 'a', 5, 5)
  sorter = with_(sorter, 'b', 6, 6)
  sorter = with_(sorter, 'c', 1, 1)
  sorter = with_(sorter, 'd', 3, 1)
  t.is(order(sorter), 'c d a b')
  sorter = recovered(removeClient(sorter, 'a'), 'b', amount(4, 4))
  t.is(order(sorter), 'c b d')
  sorter = with_(sorter, 'e', 1, 5)
  t.is(order(sorter, scale(50, 100)), 'c b e d')
  sorter = with_(with_(sorter, 'f', 5, 1), 'c', 0, 15)
  t.is(order(sorter, scale(50, 200)), 'e b d c f')
  sorter = setActive(sorter, 'd', false)
  t.is(order(sorter, scale(50, 200)), 'e b c f')
  t.is(sorter.clients.size, 5)
})

test('a share is divided by the weight', (t) => {
  const by = scale(100, 100, { b: 2, d: 10, e: 0.1 })
  let sorter = with_(with_(emptySorter, 'a', 5, 5), 'b', 6, 6)
  t.is(order(sorter, by), 'b a')
  sorter = with_(sorter, 'c', 4, 4)
  t.is(order(sorter, by), 'b c a')
  sorter = with_(sorter, 'd', 10, 20)
  t.is(order(sorter, by), 'd b c a')
  sorter = allocated(removeClient(sorter, 'b'), 'd', amount(10, 25))
  t.is(order(sorter, by), 'c d a')
  sorter = with_(sorter, 'e', 1, 1)
  t.is(order(sorter, by), 'c d a e')
})

test('a new weight changes the order', (t) => {
  const sorter = tree({ a: 5, b: 6 })
  t.is(order(sorter), 'a b')
  t.is(order(sorter, scale(100, 100, { b: 2 })), 'b a')
})

test('of equal shares the one with fewer allocations comes first, then the name decides', (t) => {
  const grants: Readonly<Record<string, readonly number[]>> = {
    a: [3],
    b: [3],
    c: [1, 1, 1],
    d: [1, 2],
    e: [3],
  }
  let sorter = emptySorter
  for (const [path, parts] of Object.entries(grants)) {
    for (const part of parts) sorter = with_(sorter, path, part, part)
  }
  t.is(order(sorter), 'a b e d c')
  sorter = recovered(sorter, 'c', amount(3, 3))
  t.is(order(sorter), 'c a b e d')
  sorter = allocated(setActive(sorter, 'c', false), 'c', amount(3, 3))
  t.is(sorter.clients.get('c')?.allocations, 4)
  t.is(order(setActive(sorter, 'c', true)), 'a b e d c')
})

test('a group competes with the sum of what is below it', (t) => {
  let sorter = tree({ a: 6, 'b/c': 4, 'b/d': 3 })
  t.is(order(sorter), 'a b/d b/c')
  sorter = allocated(sorter, 'a', amount(2, 2))
  t.is(order(sorter), 'b/d b/c a')
  sorter = with_(sorter, 'b/e/f', 3.5, 3.5)
  t.is(order(sorter), 'a b/d b/e/f b/c')
  sorter = removeClient(sorter, 'b/e/f')
  t.is(order(sorter), 'b/d b/c a')
  sorter = recovered(sorter, 'b/c', amount(3, 3))
  t.is(order(sorter), 'b/c b/d a')
})

test('a client with others below it competes with them as one leaf', (t) => {
  let sorter = tree({ 'a/b': 0, c: 0, d: 0, 'd/e': 0 })
  t.is(order(sorter), 'a/b c d d/e')
  sorter = allocated(sorter, 'c', amount(8, 8))
  t.is(order(sorter), 'a/b d d/e c')
  sorter = allocated(sorter, 'd', amount(3, 3))
  t.is(order(sorter), 'a/b d/e d c')
  sorter = allocated(sorter, 'd/e', amount(2, 2))
  sorter = allocated(sorter, 'a/b', amount(6, 6))
  t.is(order(sorter), 'd/e d a/b c')
})

test('a client may be added below another, whose own leaf then has weight 1', (t) => {
  let sorter = tree({ a: 10, b: 6 })
  t.is(order(sorter), 'b a')
  sorter = with_(sorter, 'a/c', 5, 5)
  t.is(order(sorter), 'b a/c a')
  sorter = removeClient(sorter, 'a')
  t.is(order(sorter), 'a/c b')
  sorter = with_(sorter, 'a', 10, 10)
  t.is(order(sorter), 'b a/c a')
  t.is(order(sorter, scale(100, 100, { 'a/c': 0.2 })), 'b a a/c')
})

test('the weight of a group counts among its siblings, not among those below it', (t) => {
  const sorter = tree({ 'a/x': 10, 'a/y': 4, b: 8 })
  t.is(order(sorter), 'b a/y a/x')
  t.is(order(sorter, scale(100, 100, { a: 4 })), 'a/y a/x b')
})

test('a group that is a leaf again keeps the count of all that was allocated below it', (t) => {
  let sorter = tree({ a: 3, 'a/b': 1, c: 3 })
  sorter = allocated(sorter, 'a/b', amount(1, 1))
  sorter = removeClient(sorter, 'a/b')
  t.is(sorter.groups.size, 0)
  t.is(sorter.clients.get('a')?.allocations, 3)
  t.is(order(sorter), 'c a')
})

test('a client that was never added is an error that names it', (t) => {
  t.throws(() => allocated(emptySorter, 'x', amount(1, 1)), {
    code: 'TROUPE_MESOS_ALLOCATOR_UNKNOWN',
    message: /no client 'x'/,
  })
})

const paths = ['a', 'b', 'a/x', 'a/x/y', 'c/y', 'c/z', 'd']
const change = fc.record({
  path: fc.constantFrom(...paths),
  what: fc.constantFrom('add', 'remove', 'on', 'off', 'allocate', 'allocate', 'recover'),
  cpus: fc.integer({ min: 0, max: 3 }),
  mem: fc.integer({ min: 0, max: 3 }),
})

function applied(
  sorter: Sorter,
  { path, what, cpus, mem }: typeof change extends fc.Arbitrary<infer C> ? C : never,
): Sorter {
  if (what === 'add') return addClient(sorter, path, paths.indexOf(path))
  if (!sorter.clients.has(path)) return sorter
  switch (what) {
    case 'remove':
      return removeClient(sorter, path)
    case 'allocate':
      return allocated(sorter, path, amount(cpus, mem))
    case 'recover': {
      const held = sorter.clients.get(path)?.allocated ?? []
      return recovered(
        sorter,
        path,
        amount(cpus, mem).map((one, at) => Math.min(one, held[at] ?? 0)),
      )
    }
    default:
      return setActive(sorter, path, what === 'on')
  }
}

test('an order that follows every change is the one that is reckoned anew', (t) => {
  const by = scale(20, 30, { b: 2, d: 0.5, 'a/x': 3, c: 1.5 })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 80 }), (changes) => {
      let sorter = sorted(emptySorter, by)
      return changes.every((one) => {
        sorter = sorted(applied(sorter, one), by)
        const anew = orderClients({ ...sorter, order: undefined }, by)
        const followed = orderClients(sorter, by)
        return JSON.stringify(anew) === JSON.stringify(followed)
      })
    }),
    { numRuns: 300 },
  )
  t.pass()
})

test('a group holds what all below it hold', (t) => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      const { clients, groups } = changes.reduce(applied, emptySorter)
      return [...groups].every(([name, group]) => {
        const below = [...clients].filter(([path]) => path === name || path.startsWith(`${name}/`))
        const held = [0, 1].map((at) =>
          below.reduce((sum, [, one]) => sum + (one.allocated[at] ?? 0), 0),
        )
        const counted = [0, 1].map((at) => group.allocated[at] ?? 0)
        return below.length === group.clients && held.join() === counted.join()
      })
    }),
  )
  t.pass()
})
