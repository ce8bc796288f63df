/** What one measured row of one runtime looks like; printed as one line of JSON. */
export interface Sample {
  readonly runtime: string
  readonly row: string
  readonly unit: string
  readonly value: number
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
  open(): void
}

export function gate(): Gate {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

/** Runs `body(n)` warm, then once measured; prints operations per second. */
export async function rate(
  runtime: string,
  row: string,
  n: number,
  body: (n: number) => Promise<void>,
  unit = 'op/s',
): Promise<void> {
  const warm = Math.max(1, Math.floor(n / 5))
  await body(warm)
  await body(warm)
  globalThis.gc?.()
  const begin = nowNs()
  await body(n)
  emit({ runtime, row, unit, value: (n / (nowNs() - begin)) * 1e9 })
}

/** The rows asked for on the command line; all when none is named. */
export function wanted(row: string): boolean {
  const rows = process.argv.slice(2).filter((argument) => !argument.startsWith('-'))
  return rows.length === 0 || rows.includes(row)
}
