import test from 'ava'
import fc from 'fast-check'
import {
  add,
  allocateTo,
  contains,
  equals,
  formatResources,
  fromWire,
  isEmpty,
  noResources,
  parseResources,
  quantitiesOf,
  reservedFor,
  scalarOf,
  subtract,
  take,
  toWire,
  unallocated,
  unreserved,
} from '../../../src/mesos/resources/index.ts'
import { arbitraryResources, arbitraryScalars } from './arbitrary.ts'

const article = 'cpus:4;mem:2048;cpus(spark):8;mem(spark):4096;ports:[31000-32000]'

test('the string of the article is read with its reservations apart', (t) => {
  const resources = parseResources(article)
  t.is(resources.size, 5)
  t.is(scalarOf(resources, 'cpus'), 12)
  t.is(formatResources(unreserved(resources)), 'cpus:4;mem:2048;ports:[31000-32000]')
  t.is(formatResources(reservedFor(resources, 'spark')), 'cpus(spark):8;mem(spark):4096')
  t.true(isEmpty(reservedFor(resources, 'kafka')))
})

test('the string of the article is written as it was read', (t) => {
  t.is(formatResources(parseResources(article)), article)
})

test('spaces, several ranges and sets are read', (t) => {
  const resources = parseResources(' cpus : 0.5 ; ports:[5-7, 1-3 ,4-4, 20-30]; zones:{b, a,b} ;')
  t.is(formatResources(resources), 'cpus:0.5;ports:[1-7, 20-30];zones:{a, b}')
})

test('an empty text is no resources', (t) => {
  t.true(isEmpty(parseResources('')))
  t.true(isEmpty(parseResources(' ; ')))
})

const unreadable: readonly (readonly [string, RegExp])[] = [
  ['cpus', /expected name:value/],
  ['cpus:', /expected name:value/],
  ['cpus:four', /'four' is not a number/],
  ['cpus:-1', /'-1' is not a number/],
  ['cpus():1', /'' is not a role/],
  ['cpus(a//b):1', /'a\/\/b' is not a role/],
  ['ports:[1-2', /']' is missing/],
  ['ports:[7-2]', /runs backwards/],
  ['ports:[1-2,]', /element of the list is empty/],
  ['ports:[x]', /'x' is not a range/],
  ['zones:{a', /'}' is missing/],
]

for (const [text, message] of unreadable) {
  test(`the resource ${text} is refused with its reason`, (t) => {
    const error = t.throws(() => parseResources(`mem:1;${text}`), { message })
    t.is((error as unknown as { code: string }).code, 'TROUPE_MESOS_RESOURCES_UNPARSABLE')
  })
}

test('a name with two types is refused', (t) => {
  t.throws(() => parseResources('cpus:1;cpus:{a}'), { code: 'TROUPE_MESOS_RESOURCE_INVALID' })
})

test('a scalar that is no number is refused', (t) => {
  t.throws(() => fromWire([{ type: 'SCALAR', name: 'cpus', scalar: { value: Number.NaN } }]), {
    code: 'TROUPE_MESOS_RESOURCE_INVALID',
  })
})

test('taking what is not there is an error that shows both bundles', (t) => {
  t.throws(() => subtract(parseResources('cpus:1'), parseResources('cpus:2')), {
    code: 'TROUPE_MESOS_RESOURCES_NOT_CONTAINED',
    message: /Can't take cpus:2 from cpus:1/,
  })
})

test('three decimals are exact: ten times 0.1 cpus are 1', (t) => {
  let sum = noResources
  for (let i = 0; i < 10; i++) sum = add(sum, parseResources('cpus:0.1'))
  t.true(equals(sum, parseResources('cpus:1')))
  t.true(isEmpty(subtract(sum, parseResources('cpus:1'))))
})

test('reserved and unreserved resources of one name do not stand in for each other', (t) => {
  t.false(contains(parseResources('cpus(spark):8'), parseResources('cpus:1')))
  t.false(contains(parseResources('cpus:8'), parseResources('cpus(spark):1')))
})

test('a role may use what is reserved for a role above it, not for one below', (t) => {
  const resources = parseResources('cpus(ads):1;cpus(ads/web):2;cpus(ad):4')
  t.is(scalarOf(reservedFor(resources, 'ads/web'), 'cpus'), 3)
  t.is(scalarOf(reservedFor(resources, 'ads'), 'cpus'), 1)
})

test('allocation to a role is part of the identity and is taken off again', (t) => {
  const free = parseResources(article)
  const allocated = allocateTo(free, 'spark')
  t.false(contains(allocated, parseResources('cpus:1')))
  t.true(equals(unallocated(allocated), free))
})

test('a dynamic reservation of another principal is another thing', (t) => {
  const reserved = (principal: string) =>
    fromWire([
      {
        type: 'SCALAR',
        name: 'cpus',
        scalar: { value: 8 },
        reservations: [{ type: 'DYNAMIC', role: 'r', principal }],
      },
    ])
  t.false(contains(reserved('a'), reserved('b')))
  t.true(contains(reserved('a'), reserved('a')))
})

test('take prefers what is reserved', (t) => {
  const taken = take(parseResources('cpus:4;mem:100;cpus(spark):2;mem(spark):50'), {
    cpus: 3,
    mem: 40,
  })
  t.is(taken && formatResources(taken.taken), 'cpus(spark):2;cpus:1;mem(spark):40')
  t.is(taken && formatResources(taken.rest), 'cpus:3;mem:100;mem(spark):10')
})

test('take gives nothing when one of the wanted is short', (t) => {
  t.is(take(parseResources('cpus:4;mem:100'), { cpus: 1, mem: 101 }), undefined)
})

test('quantities are sums by name over reservations and leave ranges out', (t) => {
  t.deepEqual(
    [...quantitiesOf(parseResources(article))],
    [
      ['cpus', 12_000],
      ['mem', 6_144_000],
    ],
  )
})

test('adding is commutative and associative', (t) => {
  fc.assert(
    fc.property(arbitraryResources, arbitraryResources, arbitraryResources, (a, b, c) => {
      return equals(add(a, b), add(b, a)) && equals(add(add(a, b), c), add(a, add(b, c)))
    }),
  )
  t.pass()
})

test('a sum contains its parts', (t) => {
  fc.assert(
    fc.property(arbitraryResources, arbitraryResources, (a, b) => {
      const sum = add(a, b)
      return contains(sum, a) && contains(sum, b)
    }),
  )
  t.pass()
})

test('taking away what was added gives back the same scalars', (t) => {
  fc.assert(
    fc.property(arbitraryScalars, arbitraryScalars, (a, b) => equals(subtract(add(a, b), b), a)),
  )
  t.pass()
})

test('what is left and what was taken make the whole', (t) => {
  fc.assert(
    fc.property(arbitraryResources, arbitraryResources, (a, b) => {
      const whole = add(a, b)
      return equals(add(subtract(whole, b), b), whole)
    }),
  )
  t.pass()
})

test('the wire form and the text form keep all they can say', (t) => {
  fc.assert(
    fc.property(arbitraryResources, (resources) => {
      return (
        equals(fromWire(toWire(resources)), resources) &&
        equals(parseResources(formatResources(resources)), resources) &&
        equals(fromWire(toWire(allocateTo(resources, 'x'))), allocateTo(resources, 'x'))
      )
    }),
  )
  t.pass()
})
