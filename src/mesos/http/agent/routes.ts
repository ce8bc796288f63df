import type { HttpReply, HttpRequest } from '../../../platform/index.ts'
import { jsonReply, textReply } from '../answers.ts'
import type { Need, Realms } from '../guard.ts'
import { withCallback } from '../jsonp.ts'
import { toggleRoute } from '../logging.ts'
import { systemStats } from '../metric-values.ts'
import { VERSION } from '../master/version.ts'
import { metricsJson } from './metrics.ts'
import { operatorRoute, type OperatorRoute } from './operator.ts'
import { containersJson, stateJson, statisticsJson } from './state.ts'
import type { AgentView } from './view.ts'

/** Who answers a request, and how. */
export type AgentRoute = OperatorRoute | /** Calls of executors. */ { readonly type: 'executor' }

interface Endpoint {
  readonly build: (view: AgentView) => unknown
  readonly needsUsage?: boolean
  readonly needs?: readonly Need[]
}

/** What can be read, by path without the prefix `/slave(1)`. */
const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  '/state': { build: stateJson },
  '/containers': { build: containersJson, needsUsage: true, needs: endpointNeed('/containers') },
  '/monitor/statistics': {
    build: statisticsJson,
    needsUsage: true,
    needs: endpointNeed('/monitor/statistics'),
  },
  '/metrics/snapshot': { build: metricsJson, needs: endpointNeed('/metrics/snapshot') },
  '/flags': { build: ({ flags }) => ({ flags }), needs: [{ action: 'view_flags' }] },
  '/version': { build: () => VERSION },
  '/system/stats': { build: ({ machine }) => systemStats(machine) },
}

/** What must be allowed to those who read an endpoint. */
export function endpointNeed(path: string): readonly Need[] {
  return [{ action: 'get_endpoints', object: path }]
}

/** Anybody may ask whether the agent lives; executors are known by what they are told, not by credentials. */
const OPEN: ReadonlySet<string> = new Set(['/health', '/version', '/api/v1/executor'])

/** Who must prove at the agent's door who it is. @see slave/slave.cpp, slave/main.cpp of Apache Mesos */
export const agentRealms: Realms = {
  node: 'agent',
  of: (name) => {
    if (name === '/api/v1' || name === '/logging/toggle') return 'readwrite'
    return OPEN.has(name) ? undefined : 'readonly'
  },
}

/** What a path names: with and without `/slave(1)`, and the old ending `.json`. */
export function endpointName(target: string): string {
  const [path = ''] = target.split('?', 1)
  return path.replace(/^\/slave(?:\(1\)|%281%29)(?=\/)/i, '').replace(/\.json$/, '')
}

/** Finds who answers a request. */
export function routeOf(request: HttpRequest): AgentRoute {
  const [, search = ''] = request.target.split('?', 2)
  const name = endpointName(request.target)
  switch (name) {
    case '/api/v1/executor':
      return { type: 'executor' }
    case '/api/v1':
      return operatorRoute(request)
    case '/logging/toggle':
      return toggleRoute(request)
    case '/health':
      return { type: 'reply', reply: textReply(200) }
  }
  const endpoint = ENDPOINTS[name]
  if (endpoint === undefined) return { type: 'reply', reply: textReply(404, '404 Not Found.') }
  const query = new URLSearchParams(search)
  return {
    type: 'answer',
    needsUsage: endpoint.needsUsage === true,
    ...(endpoint.needs !== undefined && { needs: endpoint.needs }),
    answer: (view): HttpReply => withCallback(jsonReply(endpoint.build(view)), query),
  }
}
