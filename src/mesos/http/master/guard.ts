import type { Environment, HttpReply, HttpRequest } from '../../../platform/index.ts'
import {
  isAllowed,
  principalOf,
  type Acls,
  type Action,
  type Credentials,
} from '../../security/index.ts'
import { textReply } from '../answers.ts'

/** Whom the door lets in. */
export interface DoorSecurity {
  readonly credentials: Credentials
  /** Whether those who read, who change something, and frameworks must say who they are. */
  readonly readonly: boolean
  readonly readwrite: boolean
  readonly frameworks: boolean
}

/** Who asks; undefined where nobody has to say. */
export type Principal = string | undefined

type Realm = 'readonly' | 'readwrite' | 'scheduler'

const READWRITE: ReadonlySet<string> = new Set([
  '/api/v1',
  '/reserve',
  '/unreserve',
  '/create-volumes',
  '/destroy-volumes',
  '/teardown',
  '/weights',
  '/maintenance/schedule',
  '/machine/up',
  '/machine/down',
  '/logging/toggle',
])
/** Anybody may ask whether the master lives, and which it is. */
const OPEN: ReadonlySet<string> = new Set(['/health', '/redirect', '/version'])

/** 403: who asks is known, and may not. */
export const forbidden: HttpReply = textReply(403, '403 Forbidden.')

/** Stands before the door: who asks, and whether that principal may. @see master/http.cpp, master/main.cpp of Apache Mesos */
export class Guard {
  readonly #environment: Pick<Environment, 'crypto'>
  readonly #security: DoorSecurity | undefined
  readonly #acls: Acls | undefined

  constructor(
    environment: Pick<Environment, 'crypto'>,
    security: DoorSecurity | undefined,
    acls: Acls | undefined,
  ) {
    this.#environment = environment
    this.#security = security
    this.#acls = acls
  }

  /** Who asks for the endpoint of that name; or that this must be said, and proved, first. */
  admit(name: string, { headers }: HttpRequest): { readonly principal: Principal } | HttpReply {
    const realm = realmOf(name)
    if (realm === undefined || this.#security?.[areaOf(realm)] !== true) {
      return { principal: undefined }
    }
    const { credentials } = this.#security
    const { crypto } = this.#environment
    const header = headers['authorization']
    const principal = principalOf(header, credentials, (a, b) => crypto.equal(a, b))
    if (principal !== undefined) return { principal }
    const reply = textReply(401, '401 Unauthorized.')
    const challenge = `Basic realm="mesos-master-${realm}"`
    return { ...reply, headers: { ...reply.headers, 'www-authenticate': challenge } }
  }

  allows(principal: Principal, action: Action, object?: string): boolean {
    return isAllowed(this.#acls, action, principal, object)
  }

  /** Whether all is allowed to everybody. */
  get isOpen(): boolean {
    return this.#acls === undefined
  }
}

function areaOf(realm: Realm): 'readonly' | 'readwrite' | 'frameworks' {
  return realm === 'scheduler' ? 'frameworks' : realm
}

function realmOf(name: string): Realm | undefined {
  if (name === '/api/v1/scheduler') return 'scheduler'
  if (READWRITE.has(name) || /^\/quota(\/|$)/.test(name)) return 'readwrite'
  return OPEN.has(name) ? undefined : 'readonly'
}
