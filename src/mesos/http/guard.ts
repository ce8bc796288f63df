import type { Environment, HttpReply, HttpRequest } from '../../platform/index.ts'
import {
  isAllowed,
  principalOf,
  type Acls,
  type Action,
  type Credentials,
} from '../security/index.ts'
import { textReply } from './answers.ts'

/** Whom the door lets in. */
export interface DoorSecurity {
  readonly credentials: Credentials
  /** Whether those who read, who change something, and frameworks must say who they are. */
  readonly readonly: boolean
  readonly readwrite: boolean
  /** Of a master. */
  readonly frameworks?: boolean
}

/** Who asks; undefined where nobody has to say. */
export type Principal = string | undefined

/** What must be allowed to whoever asks; to any object if none is named. */
export interface Need {
  readonly action: Action
  readonly object?: string
}

/** Those who read, who change something, or frameworks. */
export type Realm = 'readonly' | 'readwrite' | 'scheduler'

/** The realms of a node's door. */
export interface Realms {
  readonly node: 'master' | 'agent'
  /** Of the endpoint of that name; undefined where anybody may ask. */
  of(name: string): Realm | undefined
}

/** 403: who asks is known, and may not. */
export const forbidden: HttpReply = textReply(403, '403 Forbidden.')

/** Stands before a door: who asks, and whether that principal may. @see master/main.cpp, slave/main.cpp of Apache Mesos */
export class Guard {
  readonly #realms: Realms
  readonly #environment: Pick<Environment, 'crypto'>
  readonly #security: DoorSecurity | undefined
  readonly #acls: Acls | undefined

  constructor(
    realms: Realms,
    environment: Pick<Environment, 'crypto'>,
    security: DoorSecurity | undefined,
    acls: Acls | undefined,
  ) {
    this.#realms = realms
    this.#environment = environment
    this.#security = security
    this.#acls = acls
  }

  /** Who asks for the endpoint of that name; or that this must be said, and proved, first. */
  admit(name: string, { headers }: HttpRequest): { readonly principal: Principal } | HttpReply {
    const realm = this.#realms.of(name)
    if (realm === undefined || this.#security?.[areaOf(realm)] !== true) {
      return { principal: undefined }
    }
    const { credentials } = this.#security
    const { crypto } = this.#environment
    const header = headers['authorization']
    const principal = principalOf(header, credentials, (a, b) => crypto.equal(a, b))
    if (principal !== undefined) return { principal }
    const reply = textReply(401, '401 Unauthorized.')
    const challenge = `Basic realm="mesos-${this.#realms.node}-${realm}"`
    return { ...reply, headers: { ...reply.headers, 'www-authenticate': challenge } }
  }

  allows(principal: Principal, action: Action, object?: string): boolean {
    return isAllowed(this.#acls, action, principal, object)
  }

  /** Whether all that is needed is allowed. */
  allowsAll(principal: Principal, needs: readonly Need[] = []): boolean {
    return needs.every(({ action, object }) => this.allows(principal, action, object))
  }

  /** Whether all is allowed to everybody. */
  get isOpen(): boolean {
    return this.#acls === undefined
  }
}

function areaOf(realm: Realm): 'readonly' | 'readwrite' | 'frameworks' {
  return realm === 'scheduler' ? 'frameworks' : realm
}
