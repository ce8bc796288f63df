import type { ActorRef, ActorSystem } from '../../../actors/index.ts'
import {
  isTroupeError,
  type Address,
  type HttpReply,
  type HttpRequest,
  type Listener,
} from '../../../platform/index.ts'
import type { MasterMessage, MasterState } from '../master/index.ts'
import type { DriverReply, DriverStatus } from '../protocol/index.ts'
import { stateJson } from './state-json.ts'
import {
  createResponse,
  errorResponse,
  killResponse,
  requestedDriver,
  responseText,
  statusResponse,
} from './submissions.ts'

type Master = ActorRef<MasterMessage>
type Answer = (request: HttpRequest) => Promise<HttpReply>

/** Ports that are tried, one after the other (`spark.port.maxRetries` of Spark). */
const PORTS_TRIED = 16

/** The page of a master's state, `/json/`. @throws what `listen` throws when none of 16 ports is free */
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
    const state = await master.ask<MasterState>((replyTo) => ({ type: 'get-state', replyTo }))
    return json(200, stateJson(state, url, system.environment.clock.wallNow()))
  })
}

/**
 * Spark's REST protocol for submissions, `/v1/submissions/…`. @throws what `listen` throws when none of 16 ports is free
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
    if (room === 'submissions' && verb === 'create' && request.method === 'POST') {
      const driver = requestedDriver(request.body)
      const reply = await master.ask<DriverReply>((replyTo) => ({
        type: 'submit-driver',
        driver,
        replyTo,
      }))
      return json(200, createResponse(reply))
    }
    if (room === 'submissions' && verb === 'kill' && request.method === 'POST' && id !== '') {
      const reply = await master.ask<DriverReply>((replyTo) => ({
        type: 'kill-driver',
        driverId: id,
        replyTo,
      }))
      return json(200, killResponse(reply, id))
    }
    if (room === 'submissions' && verb === 'status' && request.method === 'GET' && id !== '') {
      const status = await master.ask<DriverStatus>((replyTo) => ({
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
  const opened = await onFreePort(at, (address) => http.listen(address, onExchange))
  system.coordinatedShutdown.addTask('service-unbind', `http-${opened.address.port}`, () =>
    opened.close(),
  )
  return opened.address
}

async function onFreePort(
  { host, port }: Address,
  listenAt: (address: Address) => Promise<Listener>,
): Promise<Listener> {
  for (let next = port; ; next += 1) {
    try {
      return await listenAt({ host, port: next })
    } catch (error) {
      const isTaken = isTroupeError(error, 'TROUPE_PLATFORM_ADDRESS_IN_USE')
      if (!isTaken || port === 0 || next - port >= PORTS_TRIED || next === 65_535) throw error
    }
  }
}
