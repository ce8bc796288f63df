import { TroupeError } from '../platform/index.ts'

/** A name that is taken, illegal, or a path that leads nowhere. */
export class ActorNameError extends TroupeError {}

/** An ask that ended without a reply. */
export class AskError extends TroupeError {}

/** A message that found no room. */
export class MailboxError extends TroupeError {}

/** A behavior that can't be what the caller wants it to be. */
export class BehaviorError extends TroupeError {}

/** The system is stopping, has stopped, or was set up wrongly. */
export class SystemError extends TroupeError {}

const legalName = /^[A-Za-z0-9\-_.~@:=+,!()][A-Za-z0-9\-_.~@:=+,!()$]{0,127}$/

/** @throws TROUPE_ACTOR_NAME_ILLEGAL */
export function checkName(name: string, parentPath: () => string): void {
  if (legalName.test(name)) return
  throw new ActorNameError(
    'TROUPE_ACTOR_NAME_ILLEGAL',
    `'${name}' can't name an actor under ${parentPath()}: use 1 to 128 characters of A-Z a-z 0-9 - _ . ~ @ : = + , ! ( ), or no name`,
    { data: { name, parent: parentPath() } },
  )
}

export function nameTaken(name: string, parentPath: string): ActorNameError {
  return new ActorNameError(
    'TROUPE_ACTOR_NAME_TAKEN',
    `${parentPath}/${name} exists already: wait until it has terminated, or choose another name`,
    { data: { name, parent: parentPath } },
  )
}
