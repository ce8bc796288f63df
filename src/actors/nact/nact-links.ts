import type { ActorRef } from '../actor-ref.ts'
import { AskPort } from '../ask.ts'
import { Cell, FAILED, STOPPED, STOPPING } from '../cell.ts'
import { failCell, requestStop, resumeCell } from '../lifecycle.ts'
import type { SystemCore } from '../system-core.ts'
import { Adoption } from './adoption.ts'
import { CellFacade, GuardianFacade } from './cell-facade.ts'
import { NactError } from './errors.ts'
import { ChildrenView, childrenOf } from './children-view.ts'
import { dispatchByNact } from './nact-library.ts'
import type {
  NactActor,
  NactChildren,
  NactConcrete,
  NactCrashPolicy,
  NactPath,
  NactReference,
  NactReplyRef,
  NactSystem,
} from './nact-types.ts'

/** What ties one nact system to one Troupe system: who stands for whom. */
export class NactLinks {
  readonly core: SystemCore
  readonly nact: NactSystem
  /** nact's policy of actors that were given none. */
  readonly defaultPolicy: NactCrashPolicy
  /** nact's reference → the place of that actor in the tree. */
  readonly #adoptions: WeakMap<object, Adoption> = new WeakMap()
  readonly #findTemporary: NactSystem['find']

  constructor(core: SystemCore, nact: NactSystem, defaultPolicy: NactCrashPolicy) {
    this.core = core
    this.nact = nact
    this.defaultPolicy = defaultPolicy
    this.#findTemporary = nact.find.bind(nact)
  }

  /** What a reference leads to, whatever it is; never nothing, so that no message vanishes. */
  find(reference: unknown): NactConcrete | undefined {
    if (reference instanceof Cell) return this.concreteOf(reference)
    if (reference instanceof CellFacade) return reference
    if (typeof reference !== 'object' || reference === null) return undefined
    const adoption = this.#adoptions.get(reference)
    if (adoption !== undefined) return this.concreteOf(adoption.cell)
    if (isRef(reference)) {
      return {
        dispatch: (message) => {
          reference.tell(message)
        },
        query: (message, timeoutMs) =>
          reference.ask(
            (replyTo) =>
              typeof message === 'function'
                ? (message as (replyTo: unknown) => unknown)(replyTo)
                : message,
            { timeoutMs },
          ),
      }
    }
    // nact's own stop hands actors on, not their references.
    if (isNactActor(reference)) return reference
    return this.#findByWord(reference as NactReference)
  }

  #findByWord(reference: NactReference): NactConcrete | undefined {
    switch (reference.type) {
      case 'system':
        return this.facadeOf(this.userGuardian)
      case 'temp':
        return this.#findTemporary(reference)
      case 'actor': {
        const cell = this.core.facade.find(`/${reference.path.parts.join('/')}`)
        return cell instanceof Cell ? this.concreteOf(cell) : this.#nobody(reference)
      }
      default:
        return undefined
    }
  }

  /** Someone who was never there: a message to it is a dead letter. */
  #nobody(reference: NactReference): NactConcrete {
    const path = this.core.rootPath + reference.path.parts.join('/')
    return {
      dispatch: (message) => {
        this.core.ledger.sent++
        this.core.deadLetter(message, { path } as ActorRef<never>, 'no-such-actor')
      },
    }
  }

  /** The cell that a nact reference of any kind stands for. */
  cellOf(reference: unknown): Cell | undefined {
    if (reference instanceof Cell) return reference
    const concrete = this.find(reference)
    if (concrete instanceof CellFacade) return concrete.cell
    return isNactActor(concrete) ? this.#adoptions.get(concrete.reference)?.cell : undefined
  }

  /** What nact acts on for a cell: the nact actor it stands for, or a facade. */
  concreteOf(cell: Cell): NactConcrete {
    const body = cell.extension?.body
    return body instanceof Adoption && !body.actor.stopped ? body.actor : this.facadeOf(cell)
  }

  facadeOf(cell: Cell): CellFacade {
    return (cell.ext.facade ??=
      cell === this.userGuardian
        ? new GuardianFacade(cell, this)
        : new CellFacade(cell, this)) as CellFacade
  }

  get userGuardian(): Cell {
    return this.core.root.extension?.names?.get('user') as Cell
  }

  pathOf(cell: Cell): NactPath {
    const parts: string[] = []
    for (let at = cell; at.parent !== undefined; at = at.parent) parts.push(at.name)
    return this.newPath(parts.reverse())
  }

  newPath(parts: readonly string[]): NactPath {
    const Path = this.nact.path.constructor as new (
      parts: readonly string[],
      system: string,
    ) => NactPath
    return new Path(parts, this.nact.name)
  }

  childrenOf(cell: Cell): NactChildren {
    return new ChildrenView(cell, (child) => this.concreteOf(child))
  }

  /** Name → reference of the children of a cell, as nact shows them to users. */
  childReferences(cell: Cell): ReadonlyMap<string, unknown> {
    return new Map(
      childrenOf(cell).map((child) => {
        const body = child.extension?.body
        return [child.name, body instanceof Adoption ? body.actor.reference : child]
      }),
    )
  }

  adopt(actor: NactActor, parent: Cell): void {
    const adoption = new Adoption(actor, parent, this)
    this.#adoptions.set(actor.reference, adoption)
  }

  released(actor: NactActor): void {
    this.#adoptions.get(actor.reference)?.released()
  }

  /** A nact actor has escalated a failure to its Troupe parent. `child` is it, or its reference. */
  failed(child: unknown, error: unknown): void {
    const reference = isNactActor(child) ? child.reference : child
    const cell =
      typeof reference === 'object' && reference !== null
        ? this.#adoptions.get(reference)?.cell
        : undefined
    if (cell !== undefined) failCell(cell, error)
  }

  /** Lets the nact actor behind `parent` supervise a child that is a cell. */
  superviseByNact(child: Cell, parent: Cell): void {
    child.ext.remoteParent = {
      failed: (error) => {
        const body = parent.extension?.body
        if (!(body instanceof Adoption) || body.actor.stopped) requestStop(child, 'kill')
        else {
          void body.actor.handleFault(undefined, undefined, error, child).then(() => {
            resumeUndecided(child, parent)
          })
        }
      },
      terminated: () => undefined,
    }
  }

  /** The Troupe ref for what nact calls a sender. */
  refOf(sender: unknown): ActorRef<unknown> | undefined {
    if (sender instanceof Cell || sender instanceof AskPort) return sender
    if (typeof sender !== 'object' || sender === null) return undefined
    const adoption = this.#adoptions.get(sender)
    if (adoption !== undefined) return adoption.cell
    if (isRef(sender)) return sender
    const { type } = sender as { readonly type?: unknown }
    return type === 'temp' || type === 'actor' ? this.#byNact(sender as NactReference) : undefined
  }

  /** A ref to what only nact can look up. */
  #byNact(reference: NactReference): NactReplyRef {
    const { core } = this
    return {
      system: { name: core.name },
      path: `${core.rootPath}?nact`,
      tell: (message) => {
        core.ledger.sent++
        core.forwarded(message, 1)
        dispatchByNact(reference, message)
      },
      offer: (message) => {
        core.ledger.sent++
        core.ledger.forwarded++
        dispatchByNact(reference, message)
        return Promise.resolve()
      },
      ask: () =>
        Promise.reject(
          new NactError(
            'TROUPE_NACT_UNANSWERABLE',
            'a reference that only nact can look up takes replies, not asks: use nact’s own query',
            { data: { type: reference.type } },
          ),
        ),
    }
  }
}

/** nact's `resume` is for the parent itself; the child that failed goes on with it. */
function resumeUndecided(child: Cell, parent: Cell): void {
  const isSuspended = (child.status & FAILED) !== 0 && (child.status & (STOPPING | STOPPED)) === 0
  const isRestarting = child.extension?.childrenGone !== undefined
  if (isSuspended && !isRestarting && (parent.status & FAILED) === 0) resumeCell(child)
}

function isRef(value: object): value is ActorRef<unknown> {
  return typeof (value as { readonly tell?: unknown }).tell === 'function'
}

function isNactActor(value: unknown): value is NactActor {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { readonly handleMessage?: unknown }).handleMessage === 'function'
  )
}
