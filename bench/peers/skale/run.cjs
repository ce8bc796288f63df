// `run.cjs WORKLOAD RUNS DATA TASKS`: the engine's rows in skale, from the folder SKALE_HOME. Inputs are folders of files, since it
// splits none.
'use strict'
const { join } = require('node:path')
const { context } = require(join(process.env.SKALE_HOME, 'node_modules', 'skale'))

const [workload, runsText, data, tasksText] = process.argv.slice(2)
const runs = Number(runsText)
const sc = context({ worker: 2 })

const parts = (folder) => sc.textFile(`${join(data, folder)}/*`)

/** A piece of work, as often as is asked for; `times` where only a share of it was done. */
async function timed(name, body, { times = 1, count = runs } = {}) {
  for (let run = 0; run < count; run += 1) {
    const begin = performance.now()
    const check = String(await body())
    const ms = (performance.now() - begin) * times
    console.log(`RESULT ${JSON.stringify({ name, run, ms, check })}`)
  }
}

const workloads = {
  wordcount: () =>
    timed('wordcount', async () => {
      const sums = await parts('words.d')
        .flatMap((line) => line.split(' '))
        .map((word) => [word, 1])
        .reduceByKey((a, b) => a + b, 0)
        .aggregate(
          (sum, [, n]) => [sum[0] + 1, sum[1] + n, Math.max(sum[2], n)],
          (a, b) => [a[0] + b[0], a[1] + b[1], Math.max(a[2], b[2])],
          [0, 0, 0],
        )
      return sums.join('/')
    }),
  reducebykey: () =>
    timed('reducebykey', async () => {
      const sums = await parts('pairs.d')
        .map((line) => {
          const tab = line.indexOf('\t')
          return [Number(line.substring(0, tab)), Number(line.substring(tab + 1))]
        })
        .reduceByKey((a, b) => a + b, 0)
        .aggregate(
          (sum, [, n]) => [sum[0] + 1, sum[1] + n],
          (a, b) => [a[0] + b[0], a[1] + b[1]],
          [0, 0],
        )
      return sums.join('/')
    }),
  totals: () =>
    timed('totals', async () => {
      const events = parts('events.d').map((line) => {
        const fields = line.split('\t')
        return [Number(fields[1]), Number(fields[3])]
      })
      const campaigns = sc.textFile(join(data, 'campaigns.tsv')).map((line) => {
        const fields = line.split('\t')
        return [Number(fields[0]), fields[1]]
      })
      const sums = await events
        .join(campaigns)
        .map(([, [value, name]]) => [name, value])
        .reduceByKey((a, b) => a + b, 0)
        .aggregate(
          (sum, [, n]) => [sum[0] + 1, sum[1] + n, Math.max(sum[2], n)],
          (a, b) => [a[0] + b[0], a[1] + b[1], Math.max(a[2], b[2])],
          [0, 0, 0],
        )
      return sums.join('/')
    }),
  sort: () =>
    timed('sort', () =>
      parts('records.d')
        .map((line) => [line.substring(0, 10), line.substring(10)])
        .sortByKey(true, 8)
        .count(),
    ),
  kmeans: async () => {
    const points = parts('points.d')
      .map((line) => line.split(',').map(Number))
      .persist()
    await timed('load', () => points.count(), { count: 1 })
    const first = await points.take(10)
    await timed('kmeans', async () => {
      let centers = first
      for (let round = 0; round < 20; round += 1) {
        const sums = await points.aggregate(
          (sum, point, { centers: now }) => {
            let best = 0
            let least = Infinity
            for (let k = 0; k < 10; k += 1) {
              let distance = 0
              for (let i = 0; i < 10; i += 1) {
                const x = point[i] - now[k][i]
                distance += x * x
              }
              if (distance < least) {
                least = distance
                best = k
              }
            }
            for (let i = 0; i < 10; i += 1) sum[best * 11 + i] += point[i]
            sum[best * 11 + 10] += 1
            return sum
          },
          (a, b) => {
            for (let i = 0; i < a.length; i += 1) a[i] += b[i]
            return a
          },
          new Array(110).fill(0),
          { centers },
        )
        centers = first.map((center, k) =>
          center.map((_, i) => sums[k * 11 + i] / Math.max(1, sums[k * 11 + 10])),
        )
      }
      return centers
        .flat()
        .reduce((a, b) => a + b)
        .toFixed(3)
    })
  },
  sched: async () => {
    // A tenth of the tasks, counted ten times: they take it half a minute.
    const share = Number(tasksText) / 10
    const numbers = Array.from({ length: share }, (_, i) => i)
    const tasks = async () =>
      10 *
      (await sc
        .parallelize(numbers, share)
        .map((n) => n + 1)
        .count())
    await timed('tasks', tasks, { times: 10 })
    await timed('jobs', async () => {
      let rows = 0
      for (let job = 0; job < 100; job += 1) rows += await sc.parallelize([0, 1], 2).count()
      return rows
    })
    await timed('shuffle-jobs', async () => {
      let rows = 0
      for (let job = 0; job < 100; job += 1) {
        rows += await sc
          .parallelize([0, 1], 2)
          .map((n) => [n, 1])
          .reduceByKey((a, b) => a + b, 0)
          .count()
      }
      return rows
    })
  },
}

workloads[workload]().then(
  () => {
    sc.end()
  },
  (error) => {
    console.error(error)
    process.exit(1)
  },
)
