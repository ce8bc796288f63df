/** Campaign totals: events joined with the names of their campaigns, and their values summed by name. */
import { contextOf, input, isOutside, timed } from './engine-harness.ts'

const sc = await contextOf('campaign totals')

await timed('totals', async () => {
  const lines = sc.textFile(input('events.tsv'))
  const events = isOutside
    ? lines.map((line): [number, number] => {
        const fields = line.split('\t')
        return [Math.trunc(Number(fields[1])), Math.trunc(Number(fields[3]))]
      })
    : lines.map((line): [number, number] => {
        const fields = line.split('\t')
        return [Number(fields[1]), Number(fields[3])]
      })
  const campaigns = sc.textFile(input('campaigns.tsv')).map((line): [number, string] => {
    const [id, name] = line.split('\t')
    return [Number(id), name as string]
  })
  const totals = events
    .join(campaigns)
    .map(([, [value, name]]): [string, number] => [name, value])
    .reduceByKey((a, b) => a + b)
  const [names, sum, most] = await totals
    .map(([, total]): [number, number, number] => [1, total, total])
    .reduce((x, y) => [x[0] + y[0], x[1] + y[1], Math.max(x[2], y[2])])
  return `${names}/${sum}/${most}`
})
await sc.stop()
