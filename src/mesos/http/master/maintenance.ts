import type { HttpRequest } from '../../../platform/index.ts'
import { jsonReply, notImplemented, wrongMethod } from '../answers.ts'
import type { Route } from './routes.ts'

/** Which methods the endpoints of maintenance take. */
const METHODS: Readonly<Record<string, readonly string[]>> = {
  '/maintenance/schedule': ['GET', 'POST'],
  '/maintenance/status': ['GET'],
  '/machine/down': ['POST'],
  '/machine/up': ['POST'],
}

/** Endpoints of maintenance: nothing is ever scheduled, and what would is not supported. Undefined for another path. */
export function maintenanceRoute(path: string, { method }: HttpRequest): Route | undefined {
  const methods = METHODS[path]
  if (methods === undefined) return undefined
  if (!methods.includes(method)) return { type: 'reply', reply: wrongMethod(methods, method) }
  return { type: 'reply', reply: method === 'GET' ? jsonReply({}) : notImplemented(path) }
}
