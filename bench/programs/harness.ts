import { median } from '../statistics.ts'

/**
 * What one measured row of one runtime looks like; printed as one line of JSON. The unit is the row's, see
 * `rows.ts`.
 */
export interface Sample {
  readonly runtime: string
  readonly row: string
  readonly value: number
}

/** The value of `--name=value` on the command line. */
export function flag(name: string): string | undefined {
  const prefix = `--${name}=`
  return process.argv.find((argument) => argument.startsWith(prefix))?.slice(prefix.length)
}

const scale = Number(flag('scale') ?? 1)

/** How often a row is measured, after its warm-up; the median is reported. */
export const repeats: number = scale < 1 ? 1 : 3

/** `n`, or a share of it in a short run (`--scale=0.1`); a multiple of 1,000. */
export function scaled(n: number): number {
  return Math.max(1000, Math.round((n * scale) / 1000) * 1000)
}

export function emit(sample: Sample): void {
  process.stdout.write(`${JSON.stringify(sample)}\n`)
}

export const nowNs = (): number => Number(process.hrtime.bigint())

export function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

export async function heapBytes(): Promise<number> {
  for (let i = 0; i < 4; i++) {
    globalThis.gc?.()
    await tick()
  }
  return process.memoryUsage().heapUsed
}

export interface Gate {
  readonly opened: Promise<void>
  readonly open: () => void
}

export function gate(): Gate {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

/** Operations per second of `body(n)`, measured once. */
export async function timed(n: number, body: (n: number) => Promise<void>): Promise<number> {
  globalThis.gc?.()
  const begin = nowNs()
  await body(n)
  return (n / (nowNs() - begin)) * 1e9
}

/** Runs `body` warm, then measured; prints the median of operations per second. */
export async function rate(
  runtime: string,
  row: string,
  full: number,
  body: (n: number) => Promise<void>,
): Promise<void> {
  const n = scaled(full)
  const warm = scaled(full / 5)
  await body(warm)
  await body(warm)
  const values: number[] = []
  for (let i = 0; i < repeats; i++) values.push(await timed(n, body))
  emit({ runtime, row, value: median(values) })
}

/**
 * Spawns `full` actors at a time into a fresh parent; prints how many per second, and the bytes of heap
 * that each one holds while it is idle.
 */
export async function spawnAndBytes(
  runtime: string,
  full: number,
  fresh: () => Promise<{ spawn(index: number): unknown; end(): Promise<void> | void }>,
): Promise<void> {
  const n = scaled(full)
  const rates: number[] = []
  const bytes: number[] = []
  for (let round = 0; round <= repeats; round++) {
    const parent = await fresh()
    const before = await heapBytes()
    const begin = nowNs()
    for (let i = 0; i < n; i++) parent.spawn(i)
    const perSecond = (n / (nowNs() - begin)) * 1e9
    const each = ((await heapBytes()) - before) / n
    await parent.end()
    if (round === 0) continue
    rates.push(perSecond)
    bytes.push(each)
  }
  emit({ runtime, row: 'spawn', value: median(rates) })
  emit({ runtime, row: 'bytes', value: median(bytes) })
}

/** The rows asked for on the command line; all when none is named. */
export function wanted(row: string): boolean {
  const rows = process.argv.slice(2).filter((argument) => !argument.startsWith('-'))
  return rows.length === 0 || rows.includes(row)
}
