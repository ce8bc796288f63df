/**
 * PageRank, as Spark's own example has it: `node build/examples/page-rank.js [file] [rounds] [master]`.
 *
 * A line of the file is a link: two pages with a space between. The links lie by page, in partitions that are cached;
 * the ranks lie the same way, so that each round shuffles what pages give to each other, and nothing else.
 */
import { fileURLToPath } from 'node:url'

import { SparkContext } from '../src/spark/index.ts'

const pages = fileURLToPath(new URL('../../examples/data/links.txt', import.meta.url))
const [path = pages, rounds = '10', master = 'local[2]'] = process.argv.slice(2)

const sc = await SparkContext.create({ master, appName: 'page rank' })

const links = sc
  .textFile(path)
  .map((line) => {
    const [from = '', to = ''] = line.split(/\s+/)
    return [from, to]
  })
  .distinct()
  .groupByKey()
  .cache()

let ranks = links.mapValues(() => 1)
for (let round = 0; round < Number(rounds); round += 1) {
  ranks = links
    .join(ranks)
    .values()
    .flatMap(([targets, rank]) =>
      targets.map((to): [string, number] => [to, rank / targets.length]),
    )
    .reduceByKey((a, b) => a + b)
    .mapValues((sum) => 0.15 + 0.85 * sum)
}

for (const [page, rank] of await ranks.sortBy(([, rank]) => rank, false).collect()) {
  console.log(`${page} ${rank.toFixed(4)}`)
}
await sc.stop()
