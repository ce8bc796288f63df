import type { Behavior, ChildRestart, SpawnOptions } from '../actors/index.ts'
import { SupervisionError } from './errors.ts'

/** One child of a supervisor, in the words of OTP. */
export interface ChildSpec<in M = never> {
  /** Its name under the supervisor; unique there. */
  readonly id: string
  /** What each incarnation starts from. */
  readonly start: Behavior<M>
  /** When it is started again; `permanent` by default. */
  readonly restart?: ChildRestart
  /** When it ends for good, the supervisor stops. */
  readonly significant?: boolean
  /** How long it may take to stop before it is killed, in ms; 5,000 by default. */
  readonly shutdownMs?: number
  /** Everything else that `spawn` takes: placement, mailbox, its own supervision. */
  readonly options?: Omit<SpawnOptions<M>, 'restart' | 'significant' | 'shutdownMs'>
}

/** A spec whose message type is of no interest. */
export type AnyChildSpec = ChildSpec<never>

/** The options to spawn a child with. */
export function spawnOptionsOf(spec: AnyChildSpec): SpawnOptions {
  return {
    ...spec.options,
    restart: spec.restart ?? 'permanent',
    significant: spec.significant ?? false,
    shutdownMs: spec.shutdownMs ?? 5_000,
  }
}

/** Gives a list of specs back as it is. @throws TROUPE_SUPERVISION_CHILD_DUPLICATE */
export function checkChildren(specs: readonly AnyChildSpec[]): readonly AnyChildSpec[] {
  const ids = new Set<string>()
  for (const { id } of specs) {
    if (ids.has(id)) {
      throw new SupervisionError(
        'TROUPE_SUPERVISION_CHILD_DUPLICATE',
        `two children are called '${id}': give each child of a supervisor an id of its own`,
        { data: { id } },
      )
    }
    ids.add(id)
  }
  return specs
}
