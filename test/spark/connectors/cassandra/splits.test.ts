import test from 'ava'
import fc from 'fast-check'
import type { CqlRing } from '../../../../src/platform/index.ts'
import { BatchBuilder } from '../../../../src/spark/connectors/cassandra/batch-builder.ts'
import { parseCqlType } from '../../../../src/spark/connectors/cassandra/cql-type.ts'
import {
  planSplits,
  splitCount,
  tableBytes,
} from '../../../../src/spark/connectors/cassandra/splits.ts'

function ringOf(tokens: readonly bigint[], hosts: number): CqlRing {
  const ends = [...new Set(tokens)].sort((a, b) => (a < b ? -1 : 1))
  const bounds = [undefined, ...ends, undefined]
  return {
    partitioner: 'Murmur3Partitioner',
    nodes: Array.from({ length: hosts }, (_, i) => ({
      address: `10.0.0.${i}:9042`,
      dataCenter: i % 2 === 0 ? 'here' : 'there',
      rack: 'r',
      isUp: true,
    })),
    ranges: bounds.slice(1).map((end, i) => ({
      start: bounds[i],
      end,
      replicas: [`10.0.0.${i % hosts}:9042`, `10.0.0.${(i + 1) % hosts}:9042`],
    })),
  }
}

const token = fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n })

test('splits have every token once, and replicas of the local data centre', (t) => {
  fc.assert(
    fc.property(
      fc.array(token, { maxLength: 40 }),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 2, max: 5 }),
      (tokens, count, hosts) => {
        const splits = planSplits(ringOf(tokens, hosts), count, 'here')
        const spans = splits
          .flatMap((split) => split.spans)
          .sort((a, b) => ((a.start ?? -(2n ** 64n)) < (b.start ?? -(2n ** 64n)) ? -1 : 1))
        t.is(spans[0]?.start, undefined)
        t.is(spans.at(-1)?.end, undefined)
        for (let i = 1; i < spans.length; i += 1) t.is(spans[i]?.start, spans[i - 1]?.end)
        t.true(splits.every((split) => split.hosts.every((host) => /\.[024]$/.test(host))))
      },
    ),
  )
})

test('splits of an even ring are as many as were asked for, and of about one size', (t) => {
  const tokens = Array.from({ length: 63 }, (_, i) => -(2n ** 63n) + BigInt(i + 1) * 2n ** 58n)
  const splits = planSplits(ringOf(tokens, 2), 16, undefined)
  t.is(splits.length, 16)
  t.true(splits.every(({ spans }) => spans.length === 4))
  t.is(planSplits(ringOf([], 2), 16, undefined).length, 16)
})

test('the size of a table is that of one node’s share, as much as it is of the ring', (t) => {
  const half = { start: 0n, end: 2n ** 63n - 1n, meanPartitionBytes: 100n, partitions: 50n }
  t.is(Math.round(tableBytes([half], 'Murmur3Partitioner') ?? 0), 10_000)
  t.is(tableBytes([], 'Murmur3Partitioner'), undefined)
  const wrapped = { ...half, start: 2n ** 62n, end: -(2n ** 62n) }
  t.is(Math.round(tableBytes([wrapped], 'Murmur3Partitioner') ?? 0), 10_000)
  t.is(splitCount(10_000, 1000, 2), 10)
  t.is(splitCount(undefined, 1000, 2), 5)
})

test('every row is in one batch, of its key and within the limits', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(9), fc.integer({ min: 1, max: 400 })), { maxLength: 200 }),
      fc.integer({ min: 1, max: 6 }),
      fc.oneof(fc.constant('auto' as const), fc.integer({ min: 1, max: 9 })),
      (given, open, most) => {
        const builder = new BatchBuilder({ rows: most, bytes: 1000, open })
        const batches = given.flatMap(([key, bytes], i) => {
          const full = builder.add(String(key), { values: [key, i], bytes })
          return full === undefined ? [] : [full]
        })
        const rest = [...builder.rest()]
        t.true(rest.length <= open)
        const all = [...batches, ...rest]
        t.deepEqual(
          all
            .flatMap(({ rows }) => rows.map(({ values }) => Number(values[1])))
            .sort((a, b) => a - b),
          given.map((_, i) => i),
        )
        for (const { rows, bytes } of all) {
          t.is(new Set(rows.map(({ values }) => values[0])).size, 1)
          t.is(
            bytes,
            rows.reduce((sum, row) => sum + row.bytes, 0),
          )
          t.true(most === 'auto' ? rows.length === 1 || bytes <= 1000 : rows.length <= most)
        }
      },
    ),
  )
})

test('types of columns are read as Cassandra writes them', (t) => {
  const simple = (name: string): object => ({ name, arguments: [] })
  t.deepEqual(parseCqlType('map<text, frozen<list<int>>>'), {
    name: 'map',
    arguments: [simple('text'), { name: 'list', arguments: [simple('int')] }],
  })
  t.deepEqual(parseCqlType('frozen<"myType">'), simple('myType'))
  t.deepEqual(parseCqlType('vector<float, 3>'), {
    name: 'vector',
    arguments: [simple('float')],
    dimension: 3,
  })
  for (const wrong of ['', 'list<', 'list<int', 'int>']) {
    t.throws(() => parseCqlType(wrong), { code: 'TROUPE_SPARK_CASSANDRA_VALUE' })
  }
})
