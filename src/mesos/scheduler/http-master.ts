import type { ActorSystem } from '../../actors/index.ts'
import type { Address } from '../../platform/index.ts'
import { httpSession, knock } from '../http/client/index.ts'
import { jsonCodec, messageType, protobufCodec } from '../http/wire/index.ts'
import { isSecureUrl, masterUrl } from '../master-url.ts'
import { schedulerEvent, type SchedulerCall, type SchedulerEvent } from '../protocol/index.ts'
import { basicHeader, type Credential } from '../security/index.ts'
import type { OpenSession } from '../session/index.ts'

/** How calls and events are written on an HTTP line. */
export interface HttpMasterOptions {
  /** Default `json`. */
  readonly encoding?: 'json' | 'protobuf'
  /** Who the framework is, to a master that wants it proved. */
  readonly credential?: Credential
  /** Of a master at `https://…`: the authorities that its certificate may be of, in PEM; those of the system by default. */
  readonly ca?: string
}

/**
 * How a framework opens its sessions with any Mesos master by v1 HTTP; a master that does not lead sends it on to the one that does.
 * @throws TROUPE_MESOS_URL_INVALID
 */
export function connectMesos(
  system: ActorSystem,
  url: string,
  { encoding = 'json', credential, ca }: HttpMasterOptions = {},
): OpenSession<SchedulerCall, SchedulerEvent> {
  const given = masterUrl(url)
  const secure = { isSecure: isSecureUrl(url), ...(ca !== undefined && { ca }) }
  const codec = encoding === 'json' ? jsonCodec : protobufCodec
  let master = given
  return async (subscriber) => {
    try {
      await knock(system.environment.http, master, '/master/health', secure)
    } catch (error) {
      // The leader of yesterday; whoever was given knows the one of today.
      master = given
      throw error
    }
    const session = httpSession<SchedulerEvent>({
      server: master,
      secure,
      path: '/api/v1/scheduler',
      codec,
      call: messageType('scheduler.Call'),
      event: messageType('scheduler.Event'),
      isEvent: schedulerEvent,
      ...(credential !== undefined && { authorization: basicHeader(credential) }),
      hasStreamId: true,
      subscriber,
      refusal: (message) => ({ type: 'ERROR', error: { message } }),
      onRedirect: (location) => {
        master = leaderOf(location) ?? given
      },
    })
    return system.spawnService(session, `master-${system.environment.random.id()}`)
  }
}

/** A location is `//host:port/path`; some clients' masters say `host:port`. */
function leaderOf(location: string): Address | undefined {
  const [, host, port] =
    /^(?:https?:)?(?:\/\/)?(\[[^\]]+\]|[^/:]+):(\d+)(?:\/.*)?$/.exec(location) ?? []
  if (host === undefined) return undefined
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) }
}
