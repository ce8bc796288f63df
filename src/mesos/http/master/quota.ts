import type { HttpRequest } from '../../../platform/index.ts'
import type { QuotaConfig } from '../../master/index.ts'
import { roleProblem } from '../../resources/index.ts'
import { jsonReply, textReply, wrongMethod } from '../answers.ts'
import { jsonCodec, messageType, readJsonText, type MessageValue } from '../wire/index.ts'
import { quotaJson } from './roles.ts'
import type { Route } from './routes.ts'

const REQUEST = messageType('quota.QuotaRequest')
const INVALID = 'Failed to validate set quota request'

/** `/quota`: GET shows all; POST sets one in the old form, of guarantees only; DELETE `/quota/<role>` takes one away. */
export function quotaRoute(request: HttpRequest, path: string): Route {
  switch (request.method) {
    case 'GET':
      return { type: 'answer', answer: (view) => jsonReply(quotaJson(view)) }
    case 'POST':
      return setRoute(request)
    case 'DELETE':
      return removeRoute(path)
    default:
      return { type: 'reply', reply: wrongMethod(['GET', 'POST', 'DELETE'], request.method) }
  }
}

function setRoute(request: HttpRequest): Route {
  const text = new TextDecoder().decode(request.body)
  const read = readJsonText(text)
  const isObject = read.ok && typeof read.value === 'object' && !Array.isArray(read.value)
  if (!isObject || read.value === null) {
    const why = read.ok ? 'Unexpected JSON type parsed' : read.problem
    return refused(`Failed to parse set quota request JSON '${text}': ${why}`)
  }
  const decoded = jsonCodec.decode(REQUEST, request.body)
  if (decoded.ok) return setQuota(decoded.value)
  // Without the words that are about the body of a call.
  const why = decoded.problem.slice(decoded.problem.indexOf(': ') + 2)
  return refused(`Failed to validate set quota request JSON '${text}': ${why}`)
}

/** Mesos names the path in full, whichever way it was written. */
function removeRoute(path: string): Route {
  const full = `/master${path.replace(/^\/master(?=\/)/, '')}`
  const [, , role = '', ...below] = full.slice(1).split('/')
  if (role === '') {
    const why = 'expected 3 tokens, found 2 tokens'
    return refused(`Failed to parse remove quota request for path '${full}': ${why}`)
  }
  const failed = `Failed to remove quota for path '${full}'`
  return removeQuota([role, ...below].map(decodeURIComponentSafely).join('/'), failed)
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Sets the quota of a role that has none: what is guaranteed is the limit too. */
export function setQuota(request: MessageValue): Route {
  const role = typeof request['role'] === 'string' ? request['role'] : ''
  const guarantee = (request['guarantee'] ?? []) as readonly MessageValue[]
  const problem = infoProblem(role, guarantee)
  if (problem !== undefined) return refused(`${INVALID}: ${problem}`)
  const amounts = Object.fromEntries(
    guarantee.map(({ name, scalar }) => [name, scalar]),
  ) as Exclude<QuotaConfig['guarantees'], undefined>
  return {
    type: 'update',
    needs: [{ action: 'update_quotas', object: role }],
    update: (replyTo) => ({
      type: 'update-quota',
      quota_configs: [{ role, guarantees: amounts, limits: amounts }],
      force: request['force'] === true,
      only: 'new',
      replyTo,
    }),
    // What is more than there is has words of its own.
    reply: ({ problem: why = '', kind }) =>
      kind === 'conflict' ? textReply(409, why) : textReply(400, `${INVALID}: ${why}`),
  }
}

/** Takes the quota of a role away; `failed` begins what is said when it has none. */
export function removeQuota(role: string, failed: string): Route {
  return {
    type: 'update',
    needs: [{ action: 'update_quotas', object: role }],
    update: (replyTo) => ({
      type: 'update-quota',
      quota_configs: [{ role }],
      force: true,
      only: 'known',
      replyTo,
    }),
    reply: ({ problem = '' }) => textReply(400, `${failed}: ${problem}`),
  }
}

/** @see master/quota.cpp of Apache Mesos */
function infoProblem(role: string, guarantee: readonly MessageValue[]): string | undefined {
  const wrong = role === '' ? 'Role names cannot be the empty string' : roleProblem(role)
  if (wrong !== undefined) return `QuotaInfo with invalid role: ${wrong}`
  if (guarantee.length === 0) return "QuotaInfo with empty 'guarantee'"
  const names = new Set<unknown>()
  for (const {
    name,
    type,
    scalar,
    role: reserved,
    reservation,
    reservations,
    disk,
    revocable,
  } of guarantee) {
    if (type === 'SCALAR' && scalar === undefined) {
      const invalid = `Resource '${String(name)}:0' is invalid: Invalid scalar resource`
      return `QuotaInfo with invalid resource: ${invalid}`
    }
    const isReserved = reserved !== undefined && reserved !== '*'
    if (isReserved || reservation !== undefined || reservations !== undefined) {
      return 'QuotaInfo must not contain any ReservationInfo'
    }
    if (disk !== undefined) return 'QuotaInfo must not contain DiskInfo'
    if (revocable !== undefined) return 'QuotaInfo must not contain RevocableInfo'
    if (type !== 'SCALAR') return 'QuotaInfo must not include non-scalar resources'
    if (names.has(name)) return `QuotaInfo contains duplicate resource name '${String(name)}'`
    names.add(name)
  }
  return undefined
}

function refused(text: string): Route {
  return { type: 'reply', reply: textReply(400, text) }
}
