import fc from 'fast-check'
import type { Resource } from '../../../src/mesos/protocol/index.ts'
import { fromWire, type Resources } from '../../../src/mesos/resources/index.ts'

const role = fc.constantFrom('*', 'spark', 'ads/web')

const scalar: fc.Arbitrary<Resource> = fc.record({
  type: fc.constant('SCALAR' as const),
  name: fc.constantFrom('cpus', 'mem', 'disk'),
  role,
  scalar: fc.record({ value: fc.integer({ min: 0, max: 10_000_000 }).map((n) => n / 1000) }),
})

const ranges: fc.Arbitrary<Resource> = fc.record({
  type: fc.constant('RANGES' as const),
  name: fc.constant('ports'),
  role,
  ranges: fc.record({
    range: fc.array(
      fc
        .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 9 }))
        .map(([begin, length]) => ({ begin, end: begin + length })),
      { maxLength: 4 },
    ),
  }),
})

const set: fc.Arbitrary<Resource> = fc.record({
  type: fc.constant('SET' as const),
  name: fc.constant('zones'),
  role,
  set: fc.record({ item: fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 3 }) }),
})

/** Bundles of a few resources, reserved and not, with colliding names. */
export const arbitraryResources: fc.Arbitrary<Resources> = fc
  .array(fc.oneof(scalar, ranges, set), { maxLength: 6 })
  .map(fromWire)

/** Bundles of scalars only. */
export const arbitraryScalars: fc.Arbitrary<Resources> = fc
  .array(scalar, { maxLength: 5 })
  .map(fromWire)
