/** Twenty rounds of k-means over cached points, by sums of each partition and in the form of Spark's example. */
import type { RDD } from '../../src/spark/index.ts'
import { contextOf, input, isOutside, timed } from './engine-harness.ts'

type Point = readonly number[]

const ROUNDS = 20
const sc = await contextOf('k-means')
const lines = sc.textFile(input('points.csv'))
const points: RDD<Point> = (
  isOutside
    ? lines.map((line): Point => line.trim().split(',').map(Number))
    : lines.map((line): Point => line.split(',').map(Number))
).cache()

await timed('load', async () => String(await points.count()), 1)
const first = await points.take(10)

function closest(point: Point, centers: readonly Point[]): number {
  let best = 0
  let least = Infinity
  for (let k = 0; k < centers.length; k += 1) {
    const center = centers[k] as Point
    let distance = 0
    for (let i = 0; i < center.length; i += 1) {
      const x = (point[i] as number) - (center[i] as number)
      distance += x * x
    }
    if (distance < least) {
      least = distance
      best = k
    }
  }
  return best
}

async function rounds(next: (centers: readonly Point[]) => Promise<Point[]>): Promise<string> {
  let centers: Point[] = first
  for (let round = 0; round < ROUNDS; round += 1) centers = await next(centers)
  return centers
    .flat()
    .reduce((a, b) => a + b)
    .toFixed(3)
}

await timed('kmeans', () =>
  rounds(async (centers) => {
    const width = 11
    const sums = await points.aggregate(
      new Array<number>(centers.length * width).fill(0),
      (sum, point) => {
        const at = closest(point, centers) * width
        for (let i = 0; i < point.length; i += 1) {
          sum[at + i] = (sum[at + i] as number) + (point[i] as number)
        }
        sum[at + width - 1] = (sum[at + width - 1] as number) + 1
        return sum
      },
      (a, b) => a.map((x, i) => x + (b[i] as number)),
    )
    return centers.map((center, k) =>
      center.map(
        (_, i) =>
          (sums[k * width + i] as number) / Math.max(1, sums[k * width + width - 1] as number),
      ),
    )
  }),
)

await timed(
  'kmeans-by-key',
  () =>
    rounds(async (centers) => {
      const sums = await points
        .map((point): [number, [Point, number]] => [closest(point, centers), [point, 1]])
        .reduceByKey((a, b): [Point, number] => [
          a[0].map((x, i) => x + (b[0][i] as number)),
          a[1] + b[1],
        ])
        .collectAsMap()
      return centers.map((center, k) => {
        const [sum, count] = sums.get(k) ?? [center, 1]
        return sum.map((x) => x / count)
      })
    }),
  1,
)
await sc.stop()
