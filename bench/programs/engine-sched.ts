/** What tasks and jobs cost that do nothing. */
import { contextOf, timed } from './engine-harness.ts'
import { flag } from './harness.ts'

const tasks = Number(flag('tasks') ?? 10_000)
const sc = await contextOf('scheduling')
const numbers = Array.from({ length: tasks }, (_, i) => i)

await timed('tasks', async () =>
  String(
    await sc
      .parallelize(numbers, tasks)
      .map((n) => n + 1)
      .count(),
  ),
)
await timed('jobs', async () => {
  let rows = 0
  for (let job = 0; job < 100; job += 1) rows += await sc.parallelize([0, 1], 2).count()
  return String(rows)
})
await timed('shuffle-jobs', async () => {
  let rows = 0
  for (let job = 0; job < 100; job += 1) {
    rows += await sc
      .parallelize([0, 1], 2)
      .map((n) => [n, 1])
      .reduceByKey((a, b) => a + b, 2)
      .count()
  }
  return String(rows)
})
await sc.stop()
