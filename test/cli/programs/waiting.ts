/** A program whose job does not end: says its folder when its tasks run, and waits for a signal. */
import { SparkContext } from '../../../src/spark/index.ts'

const sc = await SparkContext.create()
sc.addListener((event) => {
  if (event.type === 'task-start') process.stdout.write(`running as ${process.pid}.\n`)
})
await sc
  .parallelize([1, 2], 2)
  .mapPartitions(() => new Promise<number[]>(() => {}))
  .collect()
  .catch(() => undefined)
