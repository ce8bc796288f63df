/** A driver with two executors, which says their processes once it has them, and waits to be killed. */
import { SparkContext } from '../../../../src/spark/index.ts'

const pids: number[] = []
const sc = await SparkContext.create({
  master: 'local-cluster[2,1,256]',
  appName: 'to be killed',
  conf: { 'spark.testing.reservedMemory': 0 },
  listener: (event) => {
    if (event.type !== 'executor-added') return
    pids.push(event.pid)
    if (pids.length === 2) process.stdout.write(`${pids.join(' ')}\n`)
  },
})
await sc
  .parallelize([1], 1)
  .mapPartitions(() => new Promise<number[]>(() => {}))
  .collect()
