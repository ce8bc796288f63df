import type { ActorRef, AnyRef } from './actor-ref.ts'
import type { BehaviorLike } from './behavior.ts'
import { toBehavior } from './behaviors.ts'
import { Cell, REMOTE, SLOW_DOOR, STOPPED, STOPPING } from './cell.ts'
import { attach, stopWithin } from './children.ts'
import { ActorNameError, BehaviorError, SystemError, checkName, nameTaken } from './errors.ts'
import { resetIncarnation, wakeIfReady } from './incarnation.ts'
import { resolveOptions } from './resolved-options.ts'
import type { SpawnOptions } from './spawn-options.ts'

/** Starts a child of `parent`: here, or behind the link that its placement picks. */
export function spawnCell<N>(
  parent: Cell,
  behaviorLike: BehaviorLike<N>,
  name: string | undefined,
  options: SpawnOptions<N> | undefined,
): ActorRef<N> {
  const { system } = parent
  if ((parent.status & (STOPPING | STOPPED)) !== 0) {
    throw new SystemError(
      'TROUPE_ACTOR_STOPPING',
      `${parent.path} is stopping and takes no children${name === undefined ? '' : ` ('${name}')`}`,
      { data: { parent: parent.path, name } },
    )
  }
  if (name !== undefined) {
    checkName(name, () => parent.path)
    if (parent.extension?.names?.has(name) === true) throw nameTaken(name, parent.path)
  }
  const behavior = toBehavior(behaviorLike)
  const given = options === undefined ? system.defaults : resolveOptions(system.defaults, options)
  const { supervision, accepts } = behavior
  const withStrategy =
    supervision === undefined || options?.supervision !== undefined
      ? given
      : { ...given, supervision }
  const resolved = accepts === undefined ? withStrategy : { ...withStrategy, accepts }
  const cell = new Cell(system, parent, system.nextId(), name, behavior, resolved)
  const placement = options?.placement
  if (placement === undefined) {
    attach(parent, cell)
    resetIncarnation(cell)
    wakeIfReady(cell)
    return cell
  }
  const { origin } = toBehavior(behaviorLike)
  if (origin === undefined) {
    throw new BehaviorError(
      'TROUPE_BEHAVIOR_NOT_REGISTERED',
      `the behavior of ${parent.path}/${cell.name} can't be started on ${placement.description}: make it with registered(import.meta.url, name, …)`,
      { data: { path: `${parent.path}/${cell.name}`, placement: placement.description } },
    )
  }
  checkTravelling(options as SpawnOptions<never>, `${parent.path}/${cell.name}`)
  attach(parent, cell)
  cell.mode = REMOTE
  cell.room = SLOW_DOOR
  cell.ext.body = placement.target.start(cell, origin)
  return cell
}

/** Functions stay where they are: what needs one on the other side is made there. @throws TROUPE_SPAWN_OPTION_LOCAL */
function checkTravelling({ mailbox, supervision }: SpawnOptions<never>, path: string): void {
  const option =
    supervision !== undefined
      ? 'supervision'
      : mailbox?.sizeOf !== undefined
        ? 'mailbox.sizeOf'
        : undefined
  if (option === undefined) return
  throw new SystemError(
    'TROUPE_SPAWN_OPTION_LOCAL',
    option === 'supervision'
      ? `${path}: the option supervision can't travel to another thread or node; wrap the behavior in supervised(…) where it is registered`
      : `${path}: the option ${option} can't travel to another thread or node; without it, capacityBytes counts the bytes that arrive`,
    { data: { path, option } },
  )
}

/** @throws TROUPE_ACTOR_NOT_A_CHILD */
export function stopChild(parent: Cell, child: AnyRef, how: 'stop' | 'kill'): Promise<void> {
  if (!(child instanceof Cell) || child.parent !== parent) {
    throw new ActorNameError(
      'TROUPE_ACTOR_NOT_A_CHILD',
      `${parent.path} can't ${how} ${child.path}: it is not its child; send it a message, or ask its parent`,
      { data: { parent: parent.path, path: child.path } },
    )
  }
  return stopCell(child, how)
}

/** Stops or kills a cell within its `shutdownMs`; resolves once it has terminated. */
export function stopCell(cell: Cell, how: 'stop' | 'kill'): Promise<void> {
  if ((cell.status & STOPPED) !== 0) return Promise.resolve()
  return new Promise((resolve) => {
    ;(cell.ext.whenStopped ??= []).push(resolve)
    stopWithin(cell, how)
  })
}
