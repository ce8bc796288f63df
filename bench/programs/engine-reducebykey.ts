/** Sums of values by a million keys, from lines of text. */
import { contextOf, input, isOutside, timed } from './engine-harness.ts'

const sc = await contextOf('reduce by key')

await timed('reducebykey', async () => {
  const lines = sc.textFile(input('pairs.tsv'))
  const pairs = isOutside
    ? lines.map((line): [number, number] => {
        const [key, value] = line.split('\t')
        return [Math.trunc(Number(key)), Math.trunc(Number(value))]
      })
    : lines.map((line): [number, number] => {
        const [key, value] = line.split('\t')
        return [Number(key), Number(value)]
      })
  const [keys, total] = await pairs
    .reduceByKey((a, b) => a + b)
    .map(([, sum]): [number, number] => [1, sum])
    .reduce((x, y) => [x[0] + y[0], x[1] + y[1]])
  return `${keys}/${total}`
})
await sc.stop()
