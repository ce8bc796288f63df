import test from 'ava'

import { limitMs, linesOf, rowsOf, sum } from './run-example.ts'

type Point = readonly number[]

const distance = (a: Point, b: Point): number => sum(a.map((x, i) => (x - (b[i] ?? 0)) ** 2))

function nearest(point: Point, centers: readonly Point[]): number {
  const distances = centers.map((center) => distance(point, center))
  return distances.indexOf(Math.min(...distances))
}

test('the centers of k-means are the means of the points that are nearest to them', async (t) => {
  t.timeout(limitMs)
  const points = (await rowsOf('points.txt', ' ')).map((row) => row.map(Number))
  const [head, ...lines] = await linesOf('k-means')
  t.regex(head ?? '', /^3 centers after \d+ rounds$/)
  const centers = lines.map((line) => line.split(' ').map(Number))
  t.is(centers.length, 3)
  for (const [i, center] of centers.entries()) {
    const own = points.filter((point) => nearest(point, centers) === i)
    t.is(own.length, 30)
    const means = center.map((_, axis) => sum(own.map((point) => point[axis] ?? 0)) / own.length)
    t.deepEqual(
      center,
      means.map((mean) => Number(mean.toFixed(3))),
    )
  }
})
