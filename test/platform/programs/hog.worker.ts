import { nodeEnvironment } from '../../../src/platform/index.ts'

const { threads } = nodeEnvironment()

threads.expose({
  spin() {
    for (;;);
  },
  hoard() {
    const hoard: number[][] = []
    for (;;) hoard.push(Array.from({ length: 1000 }, (_, at) => at))
  },
})
