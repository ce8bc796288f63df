/** Tasks by hand: two threads, one task of each on its way at a time, a function that they have. */
import { Pool, isWorker, serve } from './by-hand/pool.ts'
import { flag } from './harness.ts'
import { timed } from './node-harness.ts'

const tasks = Number(flag('tasks') ?? 10_000)

if (isWorker) serve((n: number) => ({ value: n + 1 }))
else {
  const pool = new Pool<number, number>(import.meta.url, 2)
  const run = async (count: number): Promise<number> => {
    let next = 0
    let done = 0
    const one = async (thread: number): Promise<void> => {
      while (next < count) {
        await pool.run(thread, next++)
        done += 1
      }
    }
    await Promise.all([one(0), one(1)])
    return done
  }
  await timed('tasks', async () => String(await run(tasks)))
  await timed('jobs', async () => {
    let rows = 0
    for (let job = 0; job < 100; job += 1) rows += await run(2)
    return String(rows)
  })
  await pool.close()
}
