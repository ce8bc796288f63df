import { formatMetrics, METRICS_CONTENT_TYPE, type ActorSystem } from '../../actors/index.ts'
import type { HttpExchange, HttpReply, HttpRequest } from '../../platform/index.ts'
import { IngestError } from '../errors.ts'
import { eventOf, isUuid, randomUuid, type Event } from '../event/index.ts'
import type { Intake, Outcome } from '../intake.ts'
import type { Rim } from '../rim/index.ts'
import type { DoorSettings } from '../settings.ts'
import { json, refusal, shown, statusOf, unavailable } from './answers.ts'
import { itemOf, itemsOf, type Item } from './body.ts'
import { openApi } from './open-api.ts'
import { Telemetry } from './telemetry.ts'

export interface Behind {
  readonly system: ActorSystem
  readonly rim: Rim
  readonly intake: Intake
  readonly settings: DoorSettings
}

/** A route: what its requests are counted as, and who answers them. */
interface Route {
  readonly name: string
  readonly method: 'GET' | 'POST'
  readonly answer: (request: HttpRequest) => HttpReply | Promise<HttpReply>
}

const TOTALS = /^\/campaign\/([^/]+)\/totals\/([^/]+)$/

/** The service's HTTP: which answer each request gets. */
export class Door {
  readonly telemetry: Telemetry = new Telemetry()
  readonly #behind: Behind
  readonly #routes: ReadonlyMap<string, Route>
  readonly #madeId: () => string
  #isDraining = false

  constructor(behind: Behind) {
    this.#behind = behind
    const { random } = behind.system.environment
    this.#madeId = () => randomUuid(random)
    const get = (name: string, answer: () => HttpReply): Route => ({ name, method: 'GET', answer })
    const routes: readonly Route[] = [
      { name: '/event', method: 'POST', answer: (request) => this.#event(request) },
      { name: '/events', method: 'POST', answer: (request) => this.#events(request) },
      get('/health', () => json(200, { status: 'up' })),
      get('/ready', () => this.#ready()),
      get('/metrics', () => this.#metrics()),
      get('/openapi.json', () => json(200, openApi)),
    ]
    this.#routes = new Map(routes.map((route) => [route.name, route]))
  }

  /** From now on it is not ready. */
  drain(): void {
    this.#isDraining = true
  }

  /** Answers an exchange. */
  async serve({ request, reply }: HttpExchange): Promise<void> {
    const { clock, log } = this.#behind.system.environment
    const startedMs = clock.now()
    const path = request.target.split('?', 1)[0] ?? ''
    const route = this.#routes.get(path) ?? this.#totalsOf(path)
    let answer: HttpReply
    try {
      answer = await answerOf(route, path, request)
    } catch (error) {
      if (error instanceof IngestError) answer = refusal(error)
      else {
        log.write('error', `${request.method} ${path} failed`, { error })
        answer = { status: 500 }
      }
    }
    this.telemetry.answered(route?.name ?? 'other', answer.status, (clock.now() - startedMs) / 1000)
    reply(answer)
  }

  async #event(request: HttpRequest): Promise<HttpReply> {
    const item = itemOf(request)
    const event = this.#read(item)
    const outcome = await this.#behind.intake.take(event, item.raw)
    const error = errorOf(outcome)
    return error === undefined ? json(200, { id: event.id }) : refusal(error)
  }

  async #events(request: HttpRequest): Promise<HttpReply> {
    const { intake, settings } = this.#behind
    const results = await Promise.all(
      itemsOf(request, settings.maxBatchEvents).map(async (item) => {
        let event: Event
        try {
          event = this.#read(item)
        } catch (error) {
          if (!(error instanceof IngestError)) throw error
          return { status: statusOf(error), error: shown(error) }
        }
        const error = errorOf(await intake.take(event, item.raw))
        return error === undefined
          ? { status: 200, id: event.id }
          : { status: statusOf(error), id: event.id, error: shown(error) }
      }),
    )
    const [first] = results
    const isOne = results.every(({ status }) => status === first?.status)
    return json(isOne ? (first?.status ?? 200) : 207, { results })
  }

  #read(item: Item): Event {
    try {
      return eventOf(item.read(), this.#madeId)
    } catch (error) {
      this.telemetry.invalidEvents += 1
      throw error
    }
  }

  #totalsOf(path: string): Route | undefined {
    const [, id, type] = TOTALS.exec(path) ?? []
    if (id === undefined || type === undefined) return undefined
    return {
      name: '/campaign/totals',
      method: 'GET',
      answer: () => this.#total(id.toLowerCase(), decoded(type)),
    }
  }

  async #total(campaignId: string, eventType: string): Promise<HttpReply> {
    if (!isUuid(campaignId)) {
      throw new IngestError('TROUPE_INGEST_EVENT_INVALID', `${campaignId} is no UUID.`, {
        data: { fields: { '/campaignId': ['is no UUID'] } },
      })
    }
    const sum = await this.#behind.intake.total(campaignId, eventType)
    if (sum.type !== 'Sum') return refusal(unavailable(sum.reason))
    const { headers } = json(200, {})
    const [id, type] = [JSON.stringify(campaignId), JSON.stringify(eventType)]
    // A total may be more than a number of JavaScript holds.
    const body = `{"campaignId":${id},"eventType":${type},"total":${sum.total}}`
    return { status: 200, ...(headers && { headers }), body: new TextEncoder().encode(body) }
  }

  #ready(): HttpReply {
    const lost = this.#behind.rim.actors.filter(({ state }) => !state.isUp)
    const down = [
      ...new Set(lost.map(({ name, state }) => `${name}: ${state.reason}`)),
      ...(this.#isDraining ? ['it is about to end'] : []),
    ]
    return down.length === 0
      ? json(200, { status: 'ready' })
      : json(503, { status: 'not ready', reasons: down })
  }

  #metrics(): HttpReply {
    const { system, intake, rim } = this.#behind
    const metrics = [...this.telemetry.metrics(intake, rim), ...system.metrics()]
    return {
      status: 200,
      headers: { 'content-type': METRICS_CONTENT_TYPE },
      body: new TextEncoder().encode(formatMetrics(metrics)),
    }
  }
}

function answerOf(
  route: Route | undefined,
  path: string,
  request: HttpRequest,
): HttpReply | Promise<HttpReply> {
  if (route === undefined) {
    throw new IngestError(
      'TROUPE_INGEST_NOT_FOUND',
      `There is nothing at ${path}: what there is says /openapi.json.`,
      { data: { path } },
    )
  }
  const { method } = request
  if (method === route.method || (method === 'HEAD' && route.method === 'GET')) {
    return route.answer(request)
  }
  const error = new IngestError(
    'TROUPE_INGEST_METHOD_WRONG',
    `${path} takes ${route.method}, not ${method}.`,
    { data: { path, method } },
  )
  return refusal(error, { allow: route.method === 'GET' ? 'GET, HEAD' : route.method })
}

/** What a client is told of an event that is not stored. */
function errorOf(outcome: Outcome): IngestError | undefined {
  switch (outcome.type) {
    case 'stored':
      return undefined
    case 'unavailable':
      return unavailable(outcome.reason)
    case 'refused': {
      const { reason, isDeadLetter } = outcome
      const where = isDeadLetter ? 'it is kept among the dead letters' : 'it is kept nowhere'
      return new IngestError(
        'TROUPE_INGEST_EVENT_REFUSED',
        `The event will not be taken, however often it is sent (${reason}); ${where}.`,
        { data: { reason, isDeadLetter } },
      )
    }
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch (cause) {
    throw new IngestError('TROUPE_INGEST_NOT_FOUND', `${part} is no part of a path.`, {
      cause,
      data: { part },
    })
  }
}
