/** k-means by hand in two threads, each with its share of the points: arrays of arrays, or one typed array. */
import { forEachLine, rangesOf, type Range } from './by-hand/lines.ts'
import { Pool, isWorker, serve, type Answer } from './by-hand/pool.ts'
import { input, isBytes, timed } from './node-harness.ts'

const CENTERS = 10
const DIMENSIONS = 10
const WIDTH = DIMENSIONS + 1
const ROUNDS = 20

type Job = { readonly load: Range } | { readonly centers: Float64Array }

let points: number[][] = []
let flat = new Float64Array(1 << 20)
let filled = 0

/** The first points, as centers to begin with. */
function load(range: Range): Float64Array {
  points = []
  filled = 0
  forEachLine(range, (line) => {
    const point = line.split(',').map(Number)
    if (!isBytes) points.push(point)
    else {
      if (filled + DIMENSIONS > flat.length) {
        const longer = new Float64Array(flat.length * 2)
        longer.set(flat)
        flat = longer
      }
      flat.set(point, filled)
      filled += DIMENSIONS
    }
  })
  if (isBytes) return flat.slice(0, CENTERS * DIMENSIONS)
  return Float64Array.from(points.slice(0, CENTERS).flat())
}

function step(centers: Float64Array): Float64Array {
  const sums = new Float64Array(CENTERS * WIDTH)
  if (!isBytes) {
    for (const point of points) addPoint(sums, point, 0, centers)
    return sums
  }
  for (let at = 0; at < filled; at += DIMENSIONS) addFlat(sums, flat, at, centers)
  return sums
}

function addPoint(sums: Float64Array, point: number[], at: number, centers: Float64Array): void {
  let [best, least] = [0, Infinity]
  for (let k = 0; k < CENTERS; k += 1) {
    let distance = 0
    for (let i = 0; i < DIMENSIONS; i += 1) {
      const x = (point[at + i] as number) - (centers[k * DIMENSIONS + i] as number)
      distance += x * x
    }
    if (distance < least) [least, best] = [distance, k]
  }
  const to = best * WIDTH
  for (let i = 0; i < DIMENSIONS; i += 1) {
    sums[to + i] = (sums[to + i] as number) + (point[at + i] as number)
  }
  sums[to + DIMENSIONS] = (sums[to + DIMENSIONS] as number) + 1
}

/** The same with another kind of array: one function for both would be slow for both. */
function addFlat(sums: Float64Array, all: Float64Array, at: number, centers: Float64Array): void {
  let [best, least] = [0, Infinity]
  for (let k = 0; k < CENTERS; k += 1) {
    let distance = 0
    for (let i = 0; i < DIMENSIONS; i += 1) {
      const x = (all[at + i] as number) - (centers[k * DIMENSIONS + i] as number)
      distance += x * x
    }
    if (distance < least) [least, best] = [distance, k]
  }
  const to = best * WIDTH
  for (let i = 0; i < DIMENSIONS; i += 1) {
    sums[to + i] = (sums[to + i] as number) + (all[at + i] as number)
  }
  sums[to + DIMENSIONS] = (sums[to + DIMENSIONS] as number) + 1
}

function handle(job: Job): Answer<Float64Array> {
  return { value: 'load' in job ? load(job.load) : step(job.centers) }
}

if (isWorker) serve(handle)
else {
  const pool = new Pool<Job, Float64Array>(import.meta.url, 2)
  let first = new Float64Array()
  await timed(
    'load',
    async () => {
      const ranges = rangesOf(input('points.csv'), pool.threads)
      const loaded = await pool.all((thread) => ({ load: ranges[thread] as Range }))
      first = Float64Array.from(loaded[0] ?? [])
      const sums = await pool.all(() => ({ centers: first }))
      return String(sums.reduce((all, sum) => all + counts(sum), 0))
    },
    1,
  )
  await timed('kmeans', async () => {
    let centers = first
    for (let round = 0; round < ROUNDS; round += 1) {
      const now = centers
      const [sums = now, ...others] = await pool.all(() => ({ centers: now }))
      for (const other of others) other.forEach((x, i) => (sums[i] = (sums[i] as number) + x))
      centers = now.map((_, i) => {
        const at = Math.floor(i / DIMENSIONS) * WIDTH
        return (
          (sums[at + (i % DIMENSIONS)] as number) / Math.max(1, sums[at + DIMENSIONS] as number)
        )
      })
    }
    return centers.reduce((a, b) => a + b).toFixed(3)
  })
  await pool.close()
}

function counts(sums: Float64Array): number {
  let count = 0
  for (let at = DIMENSIONS; at < sums.length; at += WIDTH) count += sums[at] as number
  return count
}
