import type { ActorRef } from '../../../actors/index.ts'
import type { HttpReply, HttpRequest } from '../../../platform/index.ts'
import type { AgentOperated, MasterMessage, MasterUpdated } from '../../master/index.ts'
import type { ResourceOperation } from '../../operations/index.ts'
import { jsonReply, textReply, wrongMethod } from '../answers.ts'
import { withCallback } from '../jsonp.ts'
import { toggleRoute, type LoggingRoute } from '../logging.ts'
import type { Need, Principal } from '../guard.ts'
import { systemStats } from '../metric-values.ts'
import { maintenanceRoute } from './maintenance.ts'
import { metricsJson } from './metrics.ts'
import { operationEndpoint } from './operations.ts'
import { operatorRoute } from './operator.ts'
import { quotaRoute } from './quota.ts'
import { rolesJson } from './roles.ts'
import { frameworksJson, slavesJson, stateJson, statePieces, summaryJson } from './state.ts'
import { tasksJson } from './tasks.ts'
import { VERSION } from './version.ts'
import type { Codec } from '../wire/index.ts'
import { weightsRoute } from './weights.ts'
import type { MasterView } from './view.ts'

/** Who answers a request, and how. */
export type Route =
  | { readonly type: 'scheduler' }
  /** The operator API's event stream. */
  | { readonly type: 'watch'; readonly codec: Codec }
  | { readonly type: 'reply'; readonly reply: HttpReply }
  | LoggingRoute
  /** From what the master knows. */
  | {
      readonly type: 'answer'
      readonly answer: (view: MasterView) => HttpReply
      /** Whether it shows figures. */
      readonly isMeasured?: boolean
      readonly needs?: readonly Need[]
    }
  /** The same, of an answer that may be long. */
  | {
      readonly type: 'sliced'
      readonly pieces: (view: MasterView) => Iterator<string>
      readonly needs?: readonly Need[]
    }
  /** An operator's wish, for the master to fulfil or to refuse. */
  | {
      readonly type: 'update'
      readonly update: Update
      readonly needs?: readonly Need[]
      /** How a refusal is said; as it is by default. */
      readonly reply?: (updated: MasterUpdated) => HttpReply
    }
  /** Makes something else of what an agent has. */
  | {
      readonly type: 'operate'
      readonly agentId: string
      readonly operation: ResourceOperation
      readonly answer: (operated: AgentOperated) => HttpReply
    }

/** The message that says the wish, and who has it. */
type Update = (replyTo: ActorRef<MasterUpdated>, principal: Principal) => MasterMessage

type Endpoint = (view: MasterView, query: URLSearchParams) => HttpReply

const json =
  (build: (view: MasterView, query: URLSearchParams) => unknown): Endpoint =>
  (view, query) => {
    return withCallback(jsonReply(build(view, query)), query)
  }

/** What can be read, by path without the prefix `/master`. */
const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  '/state': json((view) => stateJson(view)),
  '/state-summary': json(summaryJson),
  '/slaves': json((view, query) => slavesJson(view, query.get('slave_id') ?? undefined)),
  '/frameworks': json((view, query) =>
    frameworksJson(view, query.get('framework_id') ?? undefined),
  ),
  '/tasks': json(tasksJson),
  '/roles': json(rolesJson),
  '/metrics/snapshot': json(metricsJson),
  '/flags': json(({ flags = {} }) => ({ flags })),
  '/version': json(() => VERSION),
  '/system/stats': json(({ machine }) => systemStats(machine)),
  '/redirect': ({ snapshot }) => {
    const { hostname, port } = snapshot.master_info
    return { ...textReply(307), headers: { location: `//${hostname}:${port}` } }
  },
}

/** What must be allowed to those who read there. */
const NEEDS: Readonly<Record<string, readonly Need[]>> = {
  '/flags': [{ action: 'view_flags' }],
  '/metrics/snapshot': [{ action: 'get_endpoints', object: '/metrics/snapshot' }],
}

/** What a path names: with and without `/master`, and the old ending `.json`. */
export function endpointName(target: string): string {
  const [path = ''] = target.split('?', 1)
  return path.replace(/^\/master(?=\/)/, '').replace(/\.json$/, '')
}

/** Finds who answers a request. */
export function routeOf(request: HttpRequest): Route {
  const [path = '', search = ''] = request.target.split('?', 2)
  const name = endpointName(request.target)
  switch (name) {
    case '/api/v1/scheduler':
      return { type: 'scheduler' }
    case '/api/v1':
      return operatorRoute(request)
    case '/logging/toggle':
      return toggleRoute(request)
    case '/teardown':
      return teardownRoute(request)
    case '/weights':
      return weightsRoute(request)
  }
  if (/^\/quota(\/|$)/.test(name)) return quotaRoute(request, path)
  const maintenance = maintenanceRoute(name, request)
  if (maintenance !== undefined) return maintenance
  const operation = operationEndpoint(name, request)
  if (operation !== undefined) return operation
  const endpoint = ENDPOINTS[name]
  if (endpoint === undefined) return { type: 'reply', reply: textReply(404, '404 Not Found.') }
  const query = new URLSearchParams(search)
  const needs = NEEDS[name]
  if (name === '/state' && !query.has('jsonp')) {
    return { type: 'sliced', pieces: statePieces, ...(needs !== undefined && { needs }) }
  }
  const answer = (view: MasterView): HttpReply => endpoint(view, query)
  const isMeasured = name === '/metrics/snapshot'
  return { type: 'answer', answer, isMeasured, ...(needs !== undefined && { needs }) }
}

function teardownRoute(request: HttpRequest): Route {
  if (request.method !== 'POST') {
    return { type: 'reply', reply: wrongMethod(['POST'], request.method) }
  }
  const form = new URLSearchParams(new TextDecoder().decode(request.body))
  const frameworkId = form.get('frameworkId')
  if (frameworkId === null) {
    const text = "Missing 'frameworkId' query parameter in the request body"
    return { type: 'reply', reply: textReply(400, text) }
  }
  return {
    type: 'update',
    update: (replyTo, principal) => ({
      type: 'teardown-framework',
      frameworkId,
      ...(principal !== undefined && { principal }),
      replyTo,
    }),
  }
}
