import type { ActorRef, ActorSystem } from '../../../actors/index.ts'
import {
  isTroupeError,
  onFreePort,
  type Address,
  type HttpReply,
  type HttpRequest,
} from '../../../platform/index.ts'
import type { MasterMessage, MasterState } from '../master/index.ts'
import type { DriverReply, DriverStatus } from '../protocol/index.ts'
import { standbyJson, stateJson } from './state-json.ts'
import {
  createResponse,
  errorResponse,
  killResponse,
  requestedDriver,
  responseText,
  statusResponse,
} from './submissions.ts'

/** The master of this node; undefined while another one leads. */
type Master = () => ActorRef<MasterMessage> | undefined
type Answer = (request: HttpRequest) => Promise<HttpReply>

/** How many ports behind the first are tried (`spark.port.maxRetries` of Spark). */
const MAX_RETRIES = 16

/** The page of a master's state, `/json/`. @throws what `listen` throws when neither the port nor one of the 16 behind it is free */
export function openStateDoor(
  system: ActorSystem,
  master: Master,
  url: string,
  address: Address,
): Promise<Address> {
  return listen(system, address, async ({ method, target }) => {
    const path = target.replace(/[?#].*$/s, '').replace(/\/$/, '')
    if (path !== '/json' || (method !== 'GET' && method !== 'HEAD')) {
      return json(404, { message: `There is only /json/ here, not ${method} ${target}` })
    }
    const leader = master()
    if (leader === undefined) return json(200, standbyJson(url))
    const state = await leader.ask<MasterState>((replyTo) => ({ type: 'get-state', replyTo }))
    return json(200, stateJson(state, url, system.environment.clock.wallNow()))
  })
}

/**
 * Spark's REST protocol for submissions, `/v1/submissions/…`. @throws what `listen` throws when neither the port nor one of the 16 behind it is free
 *
 * @see StandaloneRestServer.scala of Spark
 */
export function openSubmissionDoor(
  system: ActorSystem,
  master: Master,
  address: Address,
): Promise<Address> {
  return listen(system, address, async (request) => {
    const path = request.target.replace(/[?#].*$/s, '')
    const [version = '', room = '', verb = '', id = ''] = path.split('/').slice(1)
    if (version !== 'v1') {
      const message = `Unknown version of the protocol: ${JSON.stringify(version)}; v1 is spoken here`
      return json(468, { ...errorResponse(message), highestProtocolVersion: 'v1' })
    }
    const leader = master()
    if (leader === undefined) {
      return json(
        503,
        errorResponse('Current state is not alive: STANDBY. Ask the master that leads'),
      )
    }
    if (room === 'submissions' && verb === 'create' && request.method === 'POST') {
      const driver = requestedDriver(request.body)
      const reply = await leader.ask<DriverReply>((replyTo) => ({
        type: 'submit-driver',
        driver,
        replyTo,
      }))
      return json(200, createResponse(reply))
    }
    if (room === 'submissions' && verb === 'kill' && request.method === 'POST' && id !== '') {
      const reply = await leader.ask<DriverReply>((replyTo) => ({
        type: 'kill-driver',
        driverId: id,
        replyTo,
      }))
      return json(200, killResponse(reply, id))
    }
    if (room === 'submissions' && verb === 'status' && request.method === 'GET' && id !== '') {
      const status = await leader.ask<DriverStatus>((replyTo) => ({
        type: 'driver-status',
        driverId: id,
        replyTo,
      }))
      return json(200, statusResponse(status))
    }
    return json(400, errorResponse(`There is no ${request.method} ${path} in the protocol v1`))
  })
}

function json(status: number, value: object): HttpReply {
  return {
    status,
    headers: { 'content-type': 'application/json;charset=utf-8' },
    body: new TextEncoder().encode(responseText(value)),
  }
}

async function listen(system: ActorSystem, at: Address, answer: Answer): Promise<Address> {
  const { http, log } = system.environment
  const onExchange: Parameters<typeof http.listen>[1] = ({ request, reply }) => {
    answer(request)
      .catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error)
        if (isTroupeError(error) && error.code.startsWith('TROUPE_SPARK_')) {
          return json(400, errorResponse(message))
        }
        log.write('warn', `${request.method} ${request.target} is not answered: ${message}`)
        return json(500, errorResponse(message))
      })
      .then(reply)
      .catch((error: unknown) => {
        log.write('warn', 'an answer could not be sent', { error })
      })
  }
  const opened = await onFreePort(at, MAX_RETRIES, (address) => http.listen(address, onExchange))
  system.coordinatedShutdown.addTask('service-unbind', `http-${opened.address.port}`, () =>
    opened.close(),
  )
  return opened.address
}
