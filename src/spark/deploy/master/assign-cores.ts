/** What is free on a worker, as far as placing executors looks at it. */
export interface FreeWorker {
  readonly workerId: string
  readonly coresFree: number
  readonly memoryFreeMb: number
}

/** What one application may still have, and what an executor of it takes. */
export interface Wish {
  readonly coresLeft: number
  /** Without it an executor takes all cores that its worker gets. */
  readonly coresPerExecutor: number | undefined
  readonly memoryPerExecutorMb: number
  /** Executors that it may still have. */
  readonly executorsLeft: number
}

/** Why a worker can have no executor of an application, if it can't. */
export function unusable(worker: FreeWorker, wish: Wish): string | undefined {
  const least = wish.coresPerExecutor ?? 1
  if (worker.coresFree < least) return 'too few cores are free'
  if (worker.memoryFreeMb < wish.memoryPerExecutorMb) return 'too little memory is free'
  return undefined
}

/**
 * The cores that an application gets on each of these workers, all of which can have an executor of it: one executor's cores after
 * the other, on one worker after the other (`spreadOut`), or as many as there are on the first, then on the next.
 *
 * @see Master.scala of Spark, scheduleExecutorsOnWorkers
 */
export function assignCores(
  workers: readonly FreeWorker[],
  wish: Wish,
  spreadOut: boolean,
): readonly number[] {
  const step = wish.coresPerExecutor ?? 1
  const isOnePerWorker = wish.coresPerExecutor === undefined
  const cores = workers.map(() => 0)
  const executors = workers.map(() => 0)
  let total = 0
  const free = workers.reduce((sum, { coresFree }) => sum + coresFree, 0)
  let left = Math.min(wish.coresLeft, free)

  const fits = (at: number): boolean => {
    const worker = workers[at]
    if (worker === undefined) return false
    const begun = executors[at] ?? 0
    if (left < step || worker.coresFree - (cores[at] ?? 0) < step) return false
    if (isOnePerWorker && begun > 0) return true
    const hasMemory =
      worker.memoryFreeMb - begun * wish.memoryPerExecutorMb >= wish.memoryPerExecutorMb
    return hasMemory && total < wish.executorsLeft
  }

  let open = workers.map((_, at) => at).filter(fits)
  while (open.length > 0) {
    for (const at of open) {
      while (fits(at)) {
        left -= step
        cores[at] = (cores[at] ?? 0) + step
        if (!isOnePerWorker || executors[at] === 0) {
          executors[at] = (executors[at] ?? 0) + 1
          total += 1
        }
        if (spreadOut) break
      }
    }
    open = open.filter(fits)
  }
  return cores
}
