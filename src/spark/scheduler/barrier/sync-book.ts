/** Which attempt of which barrier stage. */
export interface BarrierId {
  readonly stageId: number
  readonly stageAttempt: number
}

/** One task of a barrier stage waits for the others. */
export interface SyncRequest extends BarrierId {
  readonly taskAttemptId: number
  readonly partition: number
  readonly numTasks: number
  /** How many global syncs the task has passed: all wait for the same one. */
  readonly epoch: number
  readonly method: 'barrier' | 'allGather'
  readonly message: string
}

/** What the tasks are told: the messages of all, by partition, or why there was no sync. */
export type SyncAnswer =
  | { readonly type: 'synced'; readonly messages: readonly string[] }
  | { readonly type: 'not-synced'; readonly reason: string }

/** What happens to syncs. `W` stands for whoever waits. */
export type SyncEvent<W> =
  | { readonly type: 'begin'; readonly id: BarrierId; readonly numTasks: number }
  | { readonly type: 'request'; readonly request: SyncRequest; readonly waiting: W }
  | { readonly type: 'timeout'; readonly id: BarrierId; readonly epoch: number }
  | { readonly type: 'over'; readonly id: BarrierId }

/** What is to be done about it. */
export type SyncEffect<W> =
  | { readonly type: 'answer'; readonly waiting: W; readonly answer: SyncAnswer }
  | { readonly type: 'start-timer'; readonly id: BarrierId; readonly epoch: number }
  | { readonly type: 'stop-timer'; readonly id: BarrierId }

interface Waiting<W> {
  readonly request: SyncRequest
  waiting: W
}

interface Barrier<W> {
  readonly numTasks: number
  epoch: number
  /** The messages of the epoch before: an answer may be lost, and asked for again. */
  last: SyncAnswer | undefined
  /** partition → who waits */
  readonly requests: Map<number, Waiting<W>>
}

/** The syncs under way, by attempt of a stage that runs. A transition consumes the state it is given. */
export interface SyncState<W> {
  readonly timeoutMs: number
  readonly barriers: Map<string, Barrier<W>>
}

export function emptySyncs<W>(timeoutMs: number): SyncState<W> {
  return { timeoutMs, barriers: new Map() }
}

/** The name under which an attempt of a barrier stage is known. */
export const barrierName = ({ stageId, stageAttempt }: BarrierId): string =>
  `Stage ${stageId} (Attempt ${stageAttempt})`

/**
 * Lets the tasks of a barrier stage go on when all of them have asked to, in the same way and for the same time. A request
 * may come twice: the later one is answered.
 *
 * @see BarrierCoordinator.scala in Spark
 */
export function syncTransition<W>(
  state: SyncState<W>,
  event: SyncEvent<W>,
): readonly [SyncState<W>, readonly SyncEffect<W>[]] {
  const effects: SyncEffect<W>[] = []
  switch (event.type) {
    case 'begin': {
      const { id, numTasks } = event
      const barrier = { numTasks, epoch: 0, last: undefined, requests: new Map() }
      state.barriers.set(barrierName(id), barrier)
      break
    }
    case 'request':
      requested(state, event.request, event.waiting, effects)
      break
    case 'timeout':
      timedOut(state, event.id, event.epoch, effects)
      break
    case 'over':
      over(state, event.id, effects)
      break
  }
  return [state, effects]
}

function requested<W>(
  state: SyncState<W>,
  request: SyncRequest,
  waiting: W,
  effects: SyncEffect<W>[],
): void {
  const name = barrierName(request)
  const refuse = (reason: string): void => {
    effects.push({ type: 'answer', waiting, answer: { type: 'not-synced', reason } })
  }
  const barrier = state.barriers.get(name)
  if (barrier === undefined) {
    refuse(`${name} is over`)
    return
  }
  const { numTasks, epoch, method, partition, taskAttemptId } = request
  if (barrier.last !== undefined && epoch === barrier.epoch - 1) {
    effects.push({ type: 'answer', waiting, answer: barrier.last })
    return
  }
  if (epoch !== barrier.epoch) {
    refuse(
      `The request to sync of ${name} with barrier epoch ${epoch} has already finished. Maybe task ${taskAttemptId} is not properly killed.`,
    )
    return
  }
  if (numTasks !== barrier.numTasks) {
    refuse(
      `Number of tasks of ${name} is ${numTasks} from Task ${taskAttemptId}, previously it was ${barrier.numTasks}.`,
    )
    return
  }
  const [first] = barrier.requests.values()
  if (first !== undefined && first.request.method !== method) {
    const reason = `Different barrier sync types found for the sync ${name}: ${first.request.method}, ${method}. Please use the same barrier sync type within a single sync.`
    refuse(reason)
    answerAll(barrier, { type: 'not-synced', reason }, effects)
    effects.push({ type: 'stop-timer', id: request })
    return
  }
  barrier.requests.set(partition, { request, waiting })
  if (first === undefined) effects.push({ type: 'start-timer', id: request, epoch })
  if (barrier.requests.size < numTasks) return
  const inOrder = [...barrier.requests].sort(([a], [b]) => a - b)
  const messages = inOrder.map(([, one]) => one.request.message)
  barrier.last = { type: 'synced', messages }
  effects.push({ type: 'stop-timer', id: request })
  answerAll(barrier, barrier.last, effects)
  barrier.epoch += 1
}

function timedOut<W>(
  state: SyncState<W>,
  id: BarrierId,
  epoch: number,
  effects: SyncEffect<W>[],
): void {
  const name = barrierName(id)
  const barrier = state.barriers.get(name)
  if (barrier === undefined || barrier.epoch !== epoch) return
  const seconds = state.timeoutMs / 1000
  const reason = `The coordinator didn't get all barrier sync requests for barrier epoch ${epoch} from ${name} within ${seconds} second(s).`
  answerAll(barrier, { type: 'not-synced', reason }, effects)
}

function over<W>(state: SyncState<W>, id: BarrierId, effects: SyncEffect<W>[]): void {
  const name = barrierName(id)
  const barrier = state.barriers.get(name)
  if (barrier === undefined) return
  state.barriers.delete(name)
  effects.push({ type: 'stop-timer', id })
  answerAll(barrier, { type: 'not-synced', reason: `${name} is over` }, effects)
}

function answerAll<W>(barrier: Barrier<W>, answer: SyncAnswer, effects: SyncEffect<W>[]): void {
  for (const { waiting } of barrier.requests.values())
    effects.push({ type: 'answer', waiting, answer })
  barrier.requests.clear()
}
