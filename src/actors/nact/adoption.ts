import { receive } from '../behaviors.ts'
import { Cell, FAILED, REMOTE, SLOW_DOOR, STOPPED, STOPPING } from '../cell.ts'
import { attach } from '../children.ts'
import { beginStop, failCell } from '../lifecycle.ts'
import type { RemoteBody } from '../remote-seam.ts'
import type { TerminationReason } from '../signals.ts'
import { isMadeUp } from './children-view.ts'
import type { NactLinks } from './nact-links.ts'
import type { NactActor } from './nact-types.ts'

/** The cell stands for an actor elsewhere: its own behavior never sees a message. */
const elsewhere = receive<never>(() => undefined)

/**
 * The place of a nact actor in the tree: a cell whose far half is the nact actor. What is told to the cell is handed to
 * nact; directives for the cell become nact's stop, reset and resume.
 */
export class Adoption implements RemoteBody {
  readonly actor: NactActor
  readonly cell: Cell
  #stopReason: TerminationReason = 'stopped'
  /** nact's stop has begun; called again it would run `afterStop` again. */
  #isReleased = false

  constructor(actor: NactActor, parent: Cell, links: NactLinks) {
    const { system } = parent
    if (isMadeUp(actor.name)) rename(actor, `$n${String(system.nextId())}`, links)
    this.actor = actor
    this.cell = new Cell(system, parent, system.nextId(), actor.name, elsewhere, {
      ...system.defaults,
      label: 'nact',
    })
    attach(parent, this.cell)
    this.cell.mode = REMOTE
    this.cell.room = SLOW_DOOR
    this.cell.ext.body = this
    embed(actor, this.cell, links)
  }

  tell(message: unknown): void {
    this.actor.dispatch(message)
  }

  restart(): void {
    this.actor.reset()
  }

  resume(): void {
    this.actor.resume()
  }

  stop(how: 'stop' | 'kill'): void {
    if ((this.cell.status & FAILED) !== 0) this.#stopReason = 'failed'
    else if (how === 'kill') this.#stopReason = 'killed'
    if (!this.#isReleased) this.actor.stop()
  }

  dispose(): void {
    if (!this.#isReleased) this.actor.stop()
  }

  /** nact says that the actor has stopped: the cell follows, its children first. */
  released(): void {
    this.#isReleased = true
    if ((this.cell.status & (STOPPING | STOPPED)) === 0) beginStop(this.cell, this.#stopReason)
  }
}

/** Gives the nact actor a name of our counter, in all places where nact has written the one it made up. */
function rename(actor: NactActor, name: string, links: NactLinks): void {
  const path = links.newPath([...actor.path.parts.slice(0, -1), name])
  actor.name = name
  actor.path = path
  actor.reference.name = name
  actor.reference.path = path
}

/** Puts what the tree has to know and to do in place of nact's own. */
function embed(actor: NactActor, cell: Cell, links: NactLinks): void {
  const handleFault = actor.handleFault.bind(actor)
  const recover = actor.handleFaultedRecovery?.bind(actor)
  actor.children = links.childrenOf(cell)
  actor.childSpawned = (child) => {
    links.adopt(child, cell)
  }
  actor.childStopped = (child) => {
    links.released(child)
  }
  actor.createContext = (sender) => contextOf(actor, cell, sender, links)
  const escalate = (message: unknown, sender: unknown, error: unknown): void => {
    // A fault after nact's own stop has nobody left to go to.
    if (actor.parent === undefined) cell.system.publishFailureWhileStopping(cell, error)
    else actor.parent.handleFault(message, sender, error, actor.reference)
  }
  actor.handleFault = async (message, sender, error, child) => {
    if (actor.onCrash === links.defaultPolicy || actor.parent === undefined) {
      // Later, as nact does: the actor may still be under construction.
      await Promise.resolve()
      escalate(message, sender, error)
      return
    }
    // nact does not look at the outcome: what its fault handling throws is one more failure.
    await handleFault(message, sender, error, child).catch((fault: unknown) => {
      failCell(cell, fault)
    })
  }
  if (recover === undefined) return
  actor.handleFaultedRecovery = (message, sender, error) => {
    if (actor.onCrash !== links.defaultPolicy) return recover(message, sender, error)
    escalate(message, sender, error)
    return Promise.resolve(false)
  }
}

/** nact's context of a message, but for the children: nact copies their map for each message. */
function contextOf(actor: NactActor, cell: Cell, sender: unknown, links: NactLinks): unknown {
  const context = {
    parent: actor.parent?.reference,
    path: actor.path,
    self: actor.reference,
    name: actor.name,
    get children(): ReadonlyMap<string, unknown> {
      return links.childReferences(cell)
    },
    sender,
    log: actor.log,
  }
  return actor.persist === undefined
    ? context
    : Object.assign(context, { persist: actor.persist.bind(actor) })
}
