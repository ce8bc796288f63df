/** Word count: how many words there are, how many different ones, and how often the most frequent comes. */
import { contextOf, input, isOutside, timed } from './engine-harness.ts'

const sc = await contextOf('word count')

await timed('wordcount', async () => {
  const lines = sc.textFile(input('words.txt'))
  const words = isOutside
    ? lines.flatMap((line) => line.trim().split(' '))
    : lines.flatMap((line) => line.split(' '))
  const counts = words.map((word) => [word, 1]).reduceByKey((a, b) => a + b)
  const [keys, total, most] = await counts
    .map(([, count]): [number, number, number] => [1, count, count])
    .reduce((x, y) => [x[0] + y[0], x[1] + y[1], Math.max(x[2], y[2])])
  return `${keys}/${total}/${most}`
})
await sc.stop()
