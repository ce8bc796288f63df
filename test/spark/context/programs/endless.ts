/** A driver whose job does not end: says so when its tasks run, and waits for a signal. */
import { SparkContext } from '../../../../src/spark/index.ts'

const sc = await SparkContext.create({ master: 'local[2]', appName: 'endless' })
sc.addListener((event) => {
  if (event.type === 'task-start') process.stdout.write('running\n')
})
await sc
  .parallelize([1, 2], 2)
  .mapPartitions(() => new Promise<number[]>(() => {}))
  .collect()
  .catch(() => undefined)
