import type { HttpReply, HttpRequest } from '../../../platform/index.ts'
import { jsonReply, textReply } from '../answers.ts'
import { withCallback } from '../jsonp.ts'
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
}

/** What can be read, by path without the prefix `/slave(1)`. */
const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  '/state': { build: stateJson },
  '/containers': { build: containersJson, needsUsage: true },
  '/monitor/statistics': { build: statisticsJson, needsUsage: true },
  '/metrics/snapshot': { build: metricsJson },
  '/flags': { build: ({ flags }) => ({ flags }) },
  '/version': { build: () => VERSION },
}

/** Finds who answers a request; paths with and without `/slave(1)`, and the old ending `.json`. */
export function routeOf(request: HttpRequest): AgentRoute {
  const [path = '', search = ''] = request.target.split('?', 2)
  const name = path.replace(/^\/slave(?:\(1\)|%281%29)(?=\/)/i, '').replace(/\.json$/, '')
  switch (name) {
    case '/api/v1/executor':
      return { type: 'executor' }
    case '/api/v1':
      return operatorRoute(request)
    case '/health':
      return { type: 'reply', reply: textReply(200) }
  }
  const endpoint = ENDPOINTS[name]
  if (endpoint === undefined) return { type: 'reply', reply: textReply(404, '404 Not Found.') }
  const query = new URLSearchParams(search)
  return {
    type: 'answer',
    needsUsage: endpoint.needsUsage === true,
    answer: (view): HttpReply => withCallback(jsonReply(endpoint.build(view)), query),
  }
}
