import type { Credentials } from './credentials.ts'

/** Whether two secrets are the same, in a time that tells nothing of where they differ. */
export type SameSecret = (a: Uint8Array, b: Uint8Array) => boolean

const encoder = new TextEncoder()

/**
 * Whom an `Authorization` header proves: the principal, if the secret is right.
 * @see RFC 7617; authentication/http/basic_authenticator_factory.cpp of Apache Mesos
 */
export function principalOf(
  header: string | undefined,
  credentials: Credentials,
  isSame: SameSecret,
): string | undefined {
  const [, encoded] = /^Basic ([A-Za-z0-9+/]+={0,2})$/.exec(header ?? '') ?? []
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 0) return undefined
  const principal = text.slice(0, colon)
  const secret = credentials.get(principal)
  const given = encoder.encode(text.slice(colon + 1))
  return secret !== undefined && isSame(encoder.encode(secret), given) ? principal : undefined
}

/** The header that proves a principal. */
export function basicHeader({ principal, secret }: Credential): string {
  return `Basic ${Buffer.from(`${principal}:${secret}`).toString('base64')}`
}

/** Who somebody is, and how it is proved. */
export interface Credential {
  readonly principal: string
  readonly secret: string
}
