import type { ActorRef } from '../actor-ref.ts'
import type { ActorSystem } from '../actor-system.ts'
import type { BehaviorLike } from '../behavior.ts'
import type { Cell } from '../cell.ts'
import { spawnCell } from '../spawning.ts'
import type { SpawnOptions } from '../spawn-options.ts'
import { Adoption } from './adoption.ts'
import { NactError } from './errors.ts'
import { startNactSystem } from './nact-library.ts'
import { NactLinks } from './nact-links.ts'
import type { NactPlugin, NactRef } from './nact-types.ts'

export interface NactBridgeOptions {
  /** Plugins of nact's, such as `configurePersistence(engine)` and `configureLogging(engine)`. */
  readonly plugins?: readonly NactPlugin[]
}

/** One nact system on top of one Troupe system. */
export interface NactBridge {
  /** nact's reference of the system: nact actors spawned with it as parent live under `/user`. */
  readonly reference: NactRef
  /**
   * The Troupe ref of a nact actor: it can be told, asked, watched and stopped like any other.
   * @throws TROUPE_NACT_UNKNOWN_REFERENCE
   */
  readonly ref: <M>(reference: NactRef<M>) => ActorRef<M>
  /**
   * Starts a Troupe actor under a nact one, whose `onCrash` supervises it. (Under a Troupe actor it is as if that
   * had spawned it.)
   * @throws TROUPE_NACT_UNKNOWN_REFERENCE and as `spawn` of a system
   */
  readonly spawn: <M>(
    parent: NactRef,
    behavior: BehaviorLike<M>,
    name?: string,
    options?: SpawnOptions<M>,
  ) => ActorRef<M>
}

/** nact finds systems by their names, which are one space for the whole thread. */
const bridged: Set<string> = new Set()

/**
 * Starts a nact system of the same name whose look-up of references leads into this system's tree.
 *
 * @throws TROUPE_NACT_NAME_TAKEN if a living system of that name is bridged already in this thread.
 */
export function nactBridge(system: ActorSystem, options: NactBridgeOptions = {}): NactBridge {
  const { name, core } = system
  if (bridged.has(name)) {
    throw new NactError(
      'TROUPE_NACT_NAME_TAKEN',
      `a system called '${name}' is bridged to nact already: nact knows systems by name, so give this one another`,
      { data: { name } },
    )
  }
  let links: NactLinks | undefined
  const reference = startNactSystem(
    name,
    (nact, defaultPolicy) => {
      const made = new NactLinks(core, nact, defaultPolicy)
      links = made
      const endNact = nact.stop.bind(nact)
      const addTemporary = nact.addTempReference.bind(nact)
      nact.find = (wanted) => made.find(wanted)
      nact.stop = () => void system.terminate()
      nact.addTempReference = (temporary, deferral) => {
        // nact's own ids are random 31 bits.
        temporary.id = core.nextId()
        addTemporary(temporary, deferral)
      }
      void system.whenTerminated.then(() => {
        bridged.delete(name)
        endNact()
      })
    },
    options.plugins ?? [],
  )
  bridged.add(name)
  const known = links as unknown as NactLinks
  return {
    reference,
    ref: <M>(of: NactRef<M>) => cellOf(known, of),
    spawn: (parent, behavior, childName, spawnOptions) => {
      const parentCell = cellOf(known, parent)
      const ref = spawnCell(parentCell, behavior, childName, spawnOptions)
      if (parentCell.extension?.body instanceof Adoption) {
        known.superviseByNact(ref as unknown as Cell, parentCell)
      }
      return ref
    },
  }
}

function cellOf(links: NactLinks, reference: NactRef): Cell {
  const cell = links.cellOf(reference)
  if (cell !== undefined) return cell
  throw new NactError(
    'TROUPE_NACT_UNKNOWN_REFERENCE',
    `the reference leads to no actor of ${links.core.name}: it has stopped, or belongs to another system`,
    { data: { system: links.core.name } },
  )
}
