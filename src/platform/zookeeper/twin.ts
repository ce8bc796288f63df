import type { Environment } from '../environment.ts'
import type { Address, Connection, Listener } from '../network.ts'
import { FrameCutter, JuteReader, JuteWriter } from './jute.ts'
import { OPERATION } from './session.ts'
import { TwinTree, type Code, type TreeEvent, type TreeNode } from './twin-tree.ts'

const MAX_RECORD_BYTES = 1 << 20
const WATCH_XID = -1
const CONNECTED = 3
const UNIMPLEMENTED = -6
const EVENTS = { created: 1, deleted: 2, changed: 3, children: 4 } as const

/** A session, which any of the servers may serve. */
interface Session {
  readonly id: bigint
  readonly timeoutMs: number
  heardMs: number
  served: Served | undefined
}

/** A connection with a session, and what it watches: paths of nodes, and of nodes whose children it watches. */
interface Served {
  readonly connection: Connection
  readonly nodes: Set<string>
  readonly children: Set<string>
}

/** Settings of an ensemble. */
export interface TwinOptions {
  /** The least and the most silence that a client may ask for. */
  readonly sessionMs: readonly [least: number, most: number]
}

/**
 * ZooKeeper in memory, for simulated worlds: servers that share one tree and its sessions, as an ensemble does that agrees at once. Each
 * server is on a node of its own, which may be killed, frozen and cut off; what was written stays. While no server is there no
 * session ends, and they have their whole time once there is one.
 */
export class ZooKeeperTwin {
  readonly tree: TwinTree
  readonly #options: TwinOptions
  readonly #sessions = new Map<bigint, Session>()
  #nextSession = 1n
  #lookedMs = -Infinity

  constructor(options: TwinOptions) {
    this.#options = options
    this.tree = new TwinTree((event) => {
      this.#tell(event)
    })
  }

  /** Starts one of its servers. It serves until its node ends. @throws TROUPE_PLATFORM_ADDRESS_IN_USE */
  async serve({ network, clock }: Environment, address: Address): Promise<Listener> {
    const tickMs = this.#options.sessionMs[0] / 2
    const tick = (): void => {
      this.#look(clock.now(), tickMs)
      clock.setTimer(tickMs, tick, { background: true })
    }
    tick()
    return network.listen(address, (connection) => {
      this.#accept(connection, () => clock.now())
    })
  }

  /** Ends the sessions whose clients were silent for too long. */
  #look(nowMs: number, tickMs: number): void {
    const wasAway = nowMs - this.#lookedMs > 2 * tickMs
    this.#lookedMs = nowMs
    for (const session of [...this.#sessions.values()]) {
      if (wasAway) session.heardMs = nowMs
      else if (nowMs - session.heardMs >= session.timeoutMs) this.#end(session)
    }
  }

  #end(session: Session): void {
    this.#sessions.delete(session.id)
    this.tree.removeOf(session.id)
    session.served?.connection.end()
    session.served = undefined
  }

  #accept(connection: Connection, now: () => number): void {
    const frames = new FrameCutter(MAX_RECORD_BYTES)
    let session: Session | undefined
    connection.handle({
      data: (bytes) => {
        try {
          for (const frame of frames.take(bytes)) {
            if (session === undefined) {
              session = this.#open(connection, new JuteReader(frame), now())
              continue
            }
            // Another server has it now.
            if (session.served?.connection !== connection) return
            session.heardMs = now()
            this.#answer(session, session.served, new JuteReader(frame))
          }
        } catch {
          connection.destroy()
        }
      },
      closed: () => {
        if (session?.served?.connection === connection) session.served = undefined
      },
    })
  }

  #open(connection: Connection, hello: JuteReader, nowMs: number): Session | undefined {
    hello.int()
    hello.long()
    const [least, most] = this.#options.sessionMs
    const timeoutMs = Math.min(most, Math.max(least, hello.int()))
    const id = hello.long()
    const known = this.#sessions.get(id)
    if (id !== 0n && known === undefined) {
      connection.write(welcome(0, 0n))
      connection.end()
      return undefined
    }
    const served = { connection, nodes: new Set<string>(), children: new Set<string>() }
    const session = known ?? { id: this.#nextSession++, timeoutMs, heardMs: nowMs, served }
    if (session.served !== served) session.served?.connection.destroy()
    session.served = served
    session.heardMs = nowMs
    this.#sessions.set(session.id, session)
    connection.write(welcome(session.timeoutMs, session.id))
    return session
  }

  #answer(session: Session, served: Served, asked: JuteReader): void {
    const xid = asked.int()
    const operation = asked.int()
    const body = new JuteWriter()
    const code = this.#carryOut(operation, session, served, asked, body)
    const answer = new JuteWriter().int(xid).long(this.tree.lastChange).int(code)
    served.connection.write((code === 0 ? answer.append(body) : answer).framed())
    if (operation === OPERATION.close) this.#end(session)
  }

  #carryOut(
    operation: number,
    session: Session,
    served: Served,
    asked: JuteReader,
    answer: JuteWriter,
  ): number {
    const { tree } = this
    switch (operation) {
      case OPERATION.ping:
      case OPERATION.close:
        return 0
      case OPERATION.create: {
        const { path, value, flags } = readCreation(asked)
        const made = tree.create(path, value, flags, session.id)
        if (typeof made === 'number') return made
        answer.text(made)
        return 0
      }
      case OPERATION.delete:
        return tree.remove(asked.text(), asked.int())
      case OPERATION.setData: {
        const path = asked.text()
        const value = Uint8Array.from(asked.buffer())
        return found(tree.set(path, value, asked.int()), tree.find(path), answer)
      }
      case OPERATION.multi:
        return carryOutAll(tree, session.id, asked, answer)
      case OPERATION.exists:
      case OPERATION.getData:
      case OPERATION.getChildren: {
        const path = asked.text()
        const isChildren = operation === OPERATION.getChildren
        const node = tree.find(path)
        const mayWatch = node !== undefined || operation === OPERATION.exists
        if (asked.flag() && mayWatch) (isChildren ? served.children : served.nodes).add(path)
        if (node === undefined) return -101
        if (isChildren) {
          answer.int(node.children.size)
          for (const name of node.children) answer.text(name)
          return 0
        }
        if (operation === OPERATION.getData) answer.buffer(node.value)
        writeStatus(answer, node)
        return 0
      }
      default:
        return UNIMPLEMENTED
    }
  }

  #tell({ type, path }: TreeEvent): void {
    for (const { served } of this.#sessions.values()) {
      if (served === undefined) continue
      const isHeard =
        type === 'children'
          ? served.children.delete(path)
          : served.nodes.delete(path) || (type === 'deleted' && served.children.delete(path))
      if (!isHeard) continue
      const event = new JuteWriter().int(WATCH_XID).long(-1n).int(0)
      served.connection.write(event.int(EVENTS[type]).int(CONNECTED).text(path).framed())
    }
  }
}

function readCreation(asked: JuteReader): {
  readonly path: string
  readonly value: Uint8Array
  readonly flags: number
} {
  const path = asked.text()
  const value = Uint8Array.from(asked.buffer())
  for (let left = asked.int(); left > 0; left -= 1) {
    asked.int()
    asked.text()
    asked.text()
  }
  return { path, value, flags: asked.int() }
}

/** All changes, or none: the first that can't be made is told. */
function carryOutAll(
  tree: TwinTree,
  session: bigint,
  asked: JuteReader,
  answer: JuteWriter,
): number {
  const changes: (() => string | Code)[] = []
  for (;;) {
    const operation = asked.int()
    asked.flag()
    asked.int()
    if (operation === -1) break
    const isNew = operation === OPERATION.create
    const { path, value, flags } = isNew ? readCreation(asked) : readChange(operation, asked)
    const code = isNew ? tree.mayCreate(path) : tree.find(path) === undefined ? -101 : 0
    if (code !== 0) {
      answer.int(-1).flag(false).int(code).int(code)
      answer.int(-1).flag(true).int(-1)
      return 0
    }
    changes.push(() => {
      if (isNew) return tree.create(path, value, flags, session)
      return operation === OPERATION.delete ? tree.remove(path, -1) : tree.set(path, value, -1)
    })
  }
  for (const change of changes) change()
  answer.int(OPERATION.setData).flag(false).int(0)
  return 0
}

function readChange(operation: number, asked: JuteReader): ReturnType<typeof readCreation> {
  const path = asked.text()
  const value = operation === OPERATION.delete ? new Uint8Array(0) : Uint8Array.from(asked.buffer())
  return { path, value, flags: asked.int() }
}

function welcome(timeoutMs: number, sessionId: bigint): Uint8Array {
  return new JuteWriter()
    .int(0)
    .int(timeoutMs)
    .long(sessionId)
    .buffer(new Uint8Array(16))
    .flag(false)
    .framed()
}

function found(code: Code, node: TreeNode | undefined, answer: JuteWriter): Code {
  if (code === 0 && node !== undefined) writeStatus(answer, node)
  return code
}

function writeStatus(answer: JuteWriter, node: TreeNode): void {
  const { madeBy, changedBy, version, childChanges, owner, value, children } = node
  answer.long(madeBy).long(changedBy).long(0n).long(0n)
  answer.int(version).int(childChanges).int(0).long(owner)
  answer.int(value.length).int(children.size).long(changedBy)
}
