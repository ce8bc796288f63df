/**
 * A shuffle in two executor processes, undisturbed and with one of them killed at 70 % of its time. Each kill is followed
 * by an undisturbed run, in which the executor that has come in its place warms up.
 */
import { contextOf, input, tell } from './engine-harness.ts'
import { flag } from './harness.ts'

const kills = Number(flag('runs') ?? 5)
const KILL_AT = 0.7
const sc = await contextOf('recovery', {}, 'local-cluster[2,1,1024]')
const executors = new Map<string, number>()
sc.addListener((event) => {
  if (event.type === 'executor-added') executors.set(event.executorId, event.pid)
  if (event.type === 'executor-removed') executors.delete(event.executorId)
})

async function job(): Promise<string> {
  const [keys, total] = await sc
    .textFile(input('pairs.d/part-0[0-1]'), 16)
    .map((line): [number, number] => {
      const [key, value] = line.split('\t')
      return [Number(key), Number(value)]
    })
    .groupByKey(16)
    .mapValues((values) => values.reduce((a, b) => a + b, 0))
    .map(([, sum]): [number, number] => [1, sum])
    .reduce((x, y) => [x[0] + y[0], x[1] + y[1]])
  return `${keys}/${total}`
}

async function run(name: string, number: number): Promise<number> {
  const begin = performance.now()
  const check = await job()
  const ms = performance.now() - begin
  tell(name, number, ms, check)
  return ms
}

await job()
let last = 0
for (let number = 0; number < kills; number += 1) {
  last = await run('undisturbed', 2 * number)
  last = await run('undisturbed', 2 * number + 1)
  setTimeout(() => {
    const [pid] = executors.values()
    if (pid !== undefined) process.kill(pid, 'SIGKILL')
  }, KILL_AT * last)
  await run('killed', number)
}
await sc.stop()
