/**
 * k-means, as Spark's own example has it: `node build/examples/k-means.js [file] [k] [converge distance] [master]`.
 *
 * A line of the file is a point: numbers with spaces between. The points are parsed once and cached; each round moves
 * the centers to the means of the points nearest to them, until they move by less than the distance.
 */
import { fileURLToPath } from 'node:url'

import { SparkContext } from '../src/spark/index.ts'

type Point = readonly number[]

const points = fileURLToPath(new URL('../../examples/data/points.txt', import.meta.url))
const [path = points, k = '3', convergeDistance = '0.001', master = 'local[2]'] =
  process.argv.slice(2)

const squaredDistance = (a: Point, b: Point): number =>
  a.reduce((sum, x, i) => sum + (x - (b[i] ?? 0)) ** 2, 0)

function closest(point: Point, centers: readonly Point[]): number {
  const distances = centers.map((center) => squaredDistance(point, center))
  return distances.indexOf(Math.min(...distances))
}

const plus = (a: Point, b: Point): Point => a.map((x, i) => x + (b[i] ?? 0))

const sc = await SparkContext.create({ master, appName: 'k-means' })
const data = sc
  .textFile(path)
  .map((line): Point => line.split(' ').map(Number))
  .cache()

let centers: Point[] = await data.takeSample(false, Number(k), 42)
let moved = Infinity
let rounds = 0
while (moved > Number(convergeDistance)) {
  const now = centers
  const sums = await data
    .map((point) => [closest(point, now), { sum: point, count: 1 }])
    .reduceByKey((a, b) => ({ sum: plus(a.sum, b.sum), count: a.count + b.count }))
    .collectAsMap()
  // A center that no point is nearest to stays where it is.
  centers = now.map((center, i) => {
    const { sum = center, count = 1 } = sums.get(i) ?? {}
    return sum.map((x) => x / count)
  })
  moved = centers.reduce((all, center, i) => all + squaredDistance(center, now[i] ?? []), 0)
  rounds += 1
}

console.log(`${centers.length} centers after ${rounds} rounds`)
const lines = centers.map((center) => center.map((x) => x.toFixed(3)).join(' '))
for (const line of lines.sort()) console.log(line)
await sc.stop()
