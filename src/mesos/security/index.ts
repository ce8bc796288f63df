/**
 * Who may do what: credentials, ACLs, rate limits, as Apache Mesos has them.
 *
 * {@link parseCredentials} and {@link principalOf} tell who it is that asks; {@link parseAcls} and {@link isAllowed}
 * what that principal may do, see or change. All is pure; doors and the master ask.
 *
 * Guarantees: without ACLs all is allowed; the first rule that fits a principal and an object decides; where none
 * does, `permissive`. A refusal never says whether the principal or the secret was wrong.
 *
 * Words: *principal* — the name that a secret proves; *object* — what is done something to: a role, a user, a principal,
 * a path.
 * @see docs/authentication.md, docs/authorization.md of Apache Mesos
 */
export { isAllowed, parseAcls } from './acls.ts'
export type { Acl, Acls, Action, Entity } from './acls.ts'
export { basicHeader, principalOf } from './basic.ts'
export type { Credential, SameSecret } from './basic.ts'
export { parseCredentials } from './credentials.ts'
export type { Credentials } from './credentials.ts'
export { parseRateLimits } from './rate-limits.ts'
export type { RateLimit, RateLimits } from './rate-limits.ts'
export { Throttle } from './throttle.ts'
