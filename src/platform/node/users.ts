import { readFileSync } from 'node:fs'
import { PlatformError } from '../errors.ts'

/** By which the system knows a user. */
export interface UserNumbers {
  readonly uid: number
  readonly gid: number
}

/** The user of a name, or of a number, in `/etc/passwd`. @throws TROUPE_PLATFORM_USER_UNKNOWN */
export function userNamed(name: string): UserNumbers {
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [login, , uid = '', gid = ''] = line.split(':')
    if (login === name || uid === name) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new PlatformError(
    'TROUPE_PLATFORM_USER_UNKNOWN',
    `There is no user ${name} on this machine: add one, or name another.`,
    { data: { user: name } },
  )
}
