import type { HttpExchange, HttpReply } from '../../platform/index.ts'
import { SPARK_FORM_VERSION } from '../events/index.ts'
import { applicationAnswer, applicationList } from './application-routes.ts'
import { sendEventLog, type LogSender } from './event-log-zip.ts'
import { metricsJson } from './metrics-json.ts'
import type { JsonValue } from './pretty-json.ts'
import { executorsForPrometheus } from './prometheus.ts'
import { jsonReply, notFound, Refusal, textReply } from './replies.ts'
import type { RestRoot } from './rest-root.ts'

const PREFIX = '/api/v1/'
const ALLOWED = 'GET,OPTIONS'

/** Answers one request. Resolves when the answer is on its way; never fails. */
export async function answer(
  root: RestRoot,
  exchange: HttpExchange,
  sender: LogSender,
): Promise<void> {
  const { method, target } = exchange.request
  if (method !== 'GET' && method !== 'HEAD') {
    exchange.reply(notAllowed(method))
    return
  }
  const [path = '', search = ''] = target.split('?', 2)
  try {
    const metrics = await metricsOf(root, path)
    if (metrics !== undefined) {
      exchange.reply(metrics)
      return
    }
    const segments = segmentsOf(path)
    if (segments[0] === 'applications' && segments[2] === 'logs' && segments.length === 3) {
      await sendLog(root, segments[1] ?? '', exchange, sender)
      return
    }
    const value = await pageOf(root, segments, new URLSearchParams(search))
    exchange.reply(value === undefined ? textReply(404, path) : jsonReply(value))
  } catch (error) {
    exchange.reply(failure(error))
  }
}

/** What an application that runs tells those who collect metrics; undefined for any other path. */
async function metricsOf(root: RestRoot, path: string): Promise<HttpReply | undefined> {
  const { metrics } = root
  const page = /^\/metrics\/(json|executors\/prometheus)\/?$/.exec(path)?.[1]
  if (metrics === undefined || page === undefined) return undefined
  const [only] = await root.applications()
  const app = only && (await root.open(only.id))
  if (app === undefined) return undefined
  if (page === 'json') return textReply(200, metricsJson(app), 'text/json')
  return metrics.hasPrometheus ? textReply(200, executorsForPrometheus(app)) : undefined
}

/** @throws Refusal for a path that is not of the API */
function segmentsOf(path: string): string[] {
  if (!`${path}/`.startsWith(PREFIX)) {
    throw notFound(`there is no ${path} here: the API is below ${PREFIX}applications`)
  }
  const segments = path.slice(PREFIX.length).split('/')
  try {
    return segments.filter((segment) => segment !== '').map(decodeURIComponent)
  } catch {
    throw notFound(path)
  }
}

function pageOf(
  root: RestRoot,
  [page, id, ...rest]: readonly string[],
  query: URLSearchParams,
): Promise<JsonValue | undefined> {
  if (page === 'version' && id === undefined) {
    return Promise.resolve({ spark: SPARK_FORM_VERSION })
  }
  if (page !== 'applications') return Promise.resolve(undefined)
  return id === undefined ? applicationList(root, query) : applicationAnswer(root, id, rest, query)
}

async function sendLog(
  root: RestRoot,
  id: string,
  exchange: HttpExchange,
  sender: LogSender,
): Promise<void> {
  const app = await root.open(id)
  if (app === undefined) throw notFound(`no such app: ${id}`)
  if (app.eventLog === undefined)
    throw new Refusal(503, `Event logs are not available for app: ${id}.`)
  await sendEventLog(id, app.eventLog, exchange, sender)
}

function notAllowed(method: string): HttpReply {
  const reply = textReply(method === 'OPTIONS' ? 200 : 405, ALLOWED)
  return { ...reply, headers: { ...reply.headers, allow: ALLOWED } }
}

function failure(error: unknown): HttpReply {
  if (error instanceof Refusal) return textReply(error.status, error.message)
  return textReply(500, error instanceof Error ? error.message : String(error))
}
