import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { nodeEnvironment } from '../../../src/platform/index.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as (how: { readonly type: 'minor' }) => void

function batch(rows: number): unknown[] {
  const made: unknown[] = []
  for (let i = 0; i < rows; i += 1) made.push([i, [i + 1, 1]])
  return made
}

const oldBytes = (): number =>
  getHeapSpaceStatistics().find((space) => space.space_name === 'old_space')?.space_used_size ?? NaN

nodeEnvironment().threads.expose({
  /** By how many bytes small batches let the old objects grow, after larger ones have outlived their first collections. */
  grow(): number {
    const held: unknown[][] = []
    for (let round = 0; round < 60; round += 1) {
      held.push(batch(4096))
      if (held.length > 8) held.shift()
      if (round % 2 === 1) collect({ type: 'minor' })
    }
    const before = oldBytes()
    for (let round = 0; round < 200; round += 1) batch(64)
    return oldBytes() - before
  },
})
