import { Session } from 'node:inspector'
import { setTimeout as pause } from 'node:timers/promises'
import type { ThreadStack } from '../thread.ts'

/** A thread that runs something stops within this; one that does not waits for something. */
const STOP_MS = 500

interface Call {
  readonly functionName: string
  readonly url: string
  readonly location: {
    readonly scriptId: string
    readonly lineNumber: number
    readonly columnNumber?: number
  }
}

/** What a thread's inspector says. */
interface Said {
  readonly method?: string
  readonly params?: {
    readonly callFrames?: readonly Call[]
    readonly scriptId?: string
    readonly url?: string
  }
}

interface Watched {
  readonly sessionId: string
  readonly id: number
  readonly name: string
  /** Script → its URL. */
  readonly urls: Map<string, string>
  frames: readonly string[] | undefined
  stopped: () => void
}

let asking: Promise<readonly ThreadStack[]> | undefined

/**
 * The stacks of this process's worker threads, by V8's inspector: each is stopped where it is, for a few ms, also inside a loop that never
 * waits. One that is still being started may be missing: V8 knows a thread from its first code on. Those who ask at the same time get the
 * same answer.
 */
export function threadStacks(): Promise<readonly ThreadStack[]> {
  return (asking ??= ask().finally(() => (asking = undefined)))
}

async function ask(): Promise<readonly ThreadStack[]> {
  const session = new Session()
  const post = (method: string, parameters?: object): Promise<void> =>
    new Promise((resolve, reject) => {
      session.post(method, parameters, (error) => {
        if (error === null) resolve()
        else reject(error)
      })
    })
  const threads = new Map<string, Watched>()
  session.on('NodeWorker.attachedToWorker', ({ params: { sessionId, workerInfo } }) => {
    // Its `workerId` counts what this session was told of; the thread's own number stands in its title.
    const [, number, name = ''] = /^\[worker (\d+)\] ?(.*)$/.exec(workerInfo.title) ?? []
    const id = Number(number)
    threads.set(sessionId, {
      sessionId,
      id,
      name,
      urls: new Map(),
      frames: undefined,
      stopped: () => undefined,
    })
  })
  const send = (sessionId: string, id: number, method: string): Promise<void> =>
    post('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify({ id, method }) })
  session.on('NodeWorker.receivedMessageFromWorker', ({ params: { sessionId, message } }) => {
    const thread = threads.get(sessionId)
    const { method, params } = JSON.parse(message) as Said
    if (thread === undefined || params === undefined) return
    if (method === 'Debugger.scriptParsed') {
      thread.urls.set(params.scriptId ?? '', params.url ?? '')
    } else if (method === 'Debugger.paused') {
      thread.frames = (params.callFrames ?? []).map((call) => frameOf(call, thread.urls))
      thread.stopped()
      void send(sessionId, 3, 'Debugger.resume').catch(() => undefined) // it has ended
    }
  })
  session.connect()
  try {
    await post('NodeWorker.enable', { waitForDebuggerOnStart: false })
    const all = [...threads.values()]
    const stopped = all.map((thread) => new Promise<void>((resolve) => (thread.stopped = resolve)))
    for (const { sessionId } of all) {
      // One that ends meanwhile is found to do nothing; the others are asked all the same.
      await send(sessionId, 1, 'Debugger.enable').catch(() => undefined)
      await send(sessionId, 2, 'Debugger.pause').catch(() => undefined)
    }
    await Promise.race([Promise.all(stopped), pause(STOP_MS)])
    for (const { sessionId } of all) {
      // One that has not stopped is not to stop later.
      await post('NodeWorker.detach', { sessionId }).catch(() => undefined)
    }
    return all
      .map(({ id, name, frames }) => ({
        id,
        name,
        isRunning: frames !== undefined,
        frames: frames ?? [],
      }))
      .sort((a, b) => a.id - b.id)
  } finally {
    session.disconnect()
  }
}

function frameOf({ functionName, url, location }: Call, urls: ReadonlyMap<string, string>): string {
  const { scriptId, lineNumber, columnNumber = 0 } = location
  const name = functionName === '' ? '<anonymous>' : functionName
  const at = url === '' ? (urls.get(scriptId) ?? '') : url
  return `${name} (${at}:${lineNumber + 1}:${columnNumber + 1})`
}
