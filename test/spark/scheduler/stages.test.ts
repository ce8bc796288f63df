import test from 'ava'

import { cutStages } from '../../../src/spark/scheduler/index.ts'
import type { Lineage, LineageEdge } from '../../../src/spark/rdd/index.ts'

/** A lineage written as `child: parent parent`, a shuffle as `parent~shuffle`. */
function lineage(text: string): Lineage {
  const nodes = text.split(',').map((line) => {
    const [id = '', parents = ''] = line.split(':').map((part) => part.trim())
    const dependencies = parents
      .split(' ')
      .filter((parent) => parent !== '')
      .map((parent): LineageEdge => {
        const [rddId, shuffleId] = parent.split('~').map(Number)
        return shuffleId === undefined
          ? { type: 'narrow', rddId: rddId ?? 0 }
          : { type: 'shuffle', rddId: rddId ?? 0, shuffleId, numReducers: 2 }
      })
    return { rddId: Number(id), name: `RDD ${id}`, numPartitions: 2, dependencies }
  })
  return new Map(nodes.map((node) => [node.rddId, node]))
}

const table: readonly (readonly [
  title: string,
  lineage: string,
  final: number,
  result: readonly number[],
  shuffleMaps: Readonly<Record<number, readonly [rddId: number, parents: readonly number[]]>>,
])[] = [
  ['narrow operators are one stage', '0:, 1: 0, 2: 1', 2, [], {}],
  ['a shuffle makes two', '0:, 1: 0, 2: 1~0, 3: 2', 3, [0], { 0: [1, []] }],
  ['two in a row make three', '0:, 1: 0~0, 2: 1~1', 2, [1], { 0: [0, []], 1: [1, [0]] }],
  ['a join has two parents', '0:, 1:, 2: 0~0 1~1', 2, [0, 1], { 0: [0, []], 1: [1, []] }],
  [
    'a co-partitioned side is narrow',
    '0:, 1: 0~0, 2:, 3: 1 2~1',
    3,
    [0, 1],
    { 0: [0, []], 1: [2, []] },
  ],
  [
    'a shuffle that is read twice has one stage',
    '0:, 1: 0~0, 2: 1, 3: 1, 4: 2 3',
    4,
    [0],
    { 0: [0, []] },
  ],
  [
    'a diamond of shuffles shares its root',
    '0:, 1: 0~0, 2: 1~1, 3: 1~2, 4: 2 3',
    4,
    [1, 2],
    { 0: [0, []], 1: [1, [0]], 2: [1, [0]] },
  ],
]

for (const [title, text, final, result, shuffleMaps] of table) {
  test(`the cut: ${title}`, (t) => {
    const cut = cutStages(lineage(text), final)
    t.deepEqual(cut.result.parentShuffles, result)
    t.is(cut.result.rddId, final)
    const stages = [...cut.shuffleMaps].map(([shuffle, plan]) => [
      shuffle,
      [plan.rddId, plan.parentShuffles],
    ])
    t.deepEqual(Object.fromEntries(stages), shuffleMaps)
  })
}

test('a chain of 20,000 shuffles is cut without overflowing the stack', (t) => {
  const text = Array.from({ length: 20_000 }, (_, i) =>
    i === 0 ? '0:' : `${i}: ${i - 1}~${i - 1}`,
  )
  t.is(cutStages(lineage(text.join(',')), 19_999).shuffleMaps.size, 19_999)
})
