import { getHeapSpaceStatistics } from 'node:v8'

import { nodeEnvironment } from '../../../src/platform/index.ts'

const { threads } = nodeEnvironment()

/** Survivors of each look, so that V8 wants more room for what is new. */
const SURVIVORS = 30_000
const OBJECTS = 3_000_000

threads.expose({
  /** Makes many objects, some of which stay for a while; bytes of the space for new ones then. */
  litter(): number {
    let kept: object[] = []
    for (let i = 0; i < OBJECTS; i += 1) {
      kept.push({ i })
      if (kept.length > SURVIVORS) kept = []
    }
    const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
    return space?.space_size ?? Number.NaN
  },
  spin() {
    for (;;);
  },
  hoard() {
    const hoard: number[][] = []
    for (;;) hoard.push(Array.from({ length: 1000 }, (_, at) => at))
  },
})
