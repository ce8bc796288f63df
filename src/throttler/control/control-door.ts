import type { ActorRef } from '../../actors/index.ts'
import type {
  Address,
  Environment,
  HttpExchange,
  HttpReply,
  Listener,
} from '../../platform/index.ts'
import type { RunStatus, SchedulerMessage } from '../framework/index.ts'
import { RATE_FORMS, readRate } from '../options/index.ts'

const DONE: HttpReply = { status: 202 }

/**
 * Opens a run's door: `GET /status`, `POST /pause`, `/resume`, `/stop`, and `/rate` with `{"rate": "1000"}`, as `--rate` takes it.
 * What is asked for is done when `/status` says so.
 * @throws TROUPE_PLATFORM_ADDRESS_IN_USE, TROUPE_PLATFORM_LISTEN_FAILED
 */
export function openControlDoor(
  { http, log }: Environment,
  address: Address,
  scheduler: ActorRef<SchedulerMessage>,
): Promise<Listener> {
  return http.listen(address, (exchange) => {
    answer(exchange, scheduler).then(exchange.reply, (error: unknown) => {
      log.write('warn', 'a request of the control door failed', { error: String(error) })
      exchange.reply(refusal(503, 'the scheduler does not answer'))
    })
  })
}

async function answer(
  { request }: HttpExchange,
  scheduler: ActorRef<SchedulerMessage>,
): Promise<HttpReply> {
  const { method, target } = request
  const path = target.split('?')[0] ?? ''
  if (path === '/status') {
    if (method !== 'GET') return refusal(405, `${path} takes GET`)
    return json(200, await scheduler.ask<RunStatus>((replyTo) => ({ type: 'get-status', replyTo })))
  }
  if (!['/pause', '/resume', '/stop', '/rate'].includes(path)) {
    return refusal(404, `there is no ${path}: /status, /pause, /resume, /rate and /stop are there`)
  }
  if (method !== 'POST') return refusal(405, `${path} takes POST`)
  switch (path) {
    case '/pause':
      scheduler.tell({ type: 'pause' })
      return DONE
    case '/resume':
      scheduler.tell({ type: 'resume' })
      return DONE
    case '/stop':
      scheduler.tell({ type: 'stop', why: 'asked for at the control door' })
      return DONE
    default: {
      const schedule = readRate(rateIn(request.body))
      if (schedule === undefined) return refusal(400, `"rate" is a text of ${RATE_FORMS}`)
      scheduler.tell({ type: 'set-rate', schedule })
      return DONE
    }
  }
}

/** What `{"rate": …}` says; nothing for any other body. */
function rateIn(body: Uint8Array): string {
  try {
    const value = JSON.parse(new TextDecoder().decode(body)) as { readonly rate?: unknown } | null
    const rate = value?.rate
    return typeof rate === 'string' || typeof rate === 'number' ? String(rate) : ''
  } catch {
    // It is refused with the form that is taken.
    return ''
  }
}

function refusal(status: number, error: string): HttpReply {
  return json(status, { error })
}

function json(status: number, value: unknown): HttpReply {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: new TextEncoder().encode(`${JSON.stringify(value)}\n`),
  }
}
