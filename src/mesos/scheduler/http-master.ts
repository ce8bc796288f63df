import type { ActorSystem } from '../../actors/index.ts'
import type { Address } from '../../platform/index.ts'
import { httpSession, knock } from '../http/client/index.ts'
import { jsonCodec, messageType, protobufCodec } from '../http/wire/index.ts'
import { isSecureUrl, masterUrl } from '../master-url.ts'
import { schedulerEvent, type SchedulerCall, type SchedulerEvent } from '../protocol/index.ts'
import { basicHeader, type Credential } from '../security/index.ts'
import type { OpenSession } from '../session/index.ts'
import { findMaster, isZooKeeperUrl, parseZooKeeperUrl } from '../zookeeper/index.ts'

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
 * How a framework opens its sessions with any Mesos master by v1 HTTP, at `http://host:port` or `https://host:port`; a master that does not
 * lead sends it on to the one that does, and by `zk://host:port/path` that one is looked for.
 * @throws TROUPE_MESOS_URL_INVALID
 */
export function connectMesos(
  system: ActorSystem,
  url: string,
  { encoding = 'json', credential, ca }: HttpMasterOptions = {},
): OpenSession<SchedulerCall, SchedulerEvent> {
  const given = isZooKeeperUrl(url) ? undefined : masterUrl(url)
  if (given === undefined) parseZooKeeperUrl(url)
  const find = async (): Promise<Address> =>
    given ?? (await findMaster(system.environment, url)).door
  const secure = { isSecure: isSecureUrl(url), ...(ca !== undefined && { ca }) }
  const codec = encoding === 'json' ? jsonCodec : protobufCodec
  let known: Address | undefined
  return async (subscriber) => {
    const master = known ?? (await find())
    try {
      await knock(system.environment.http, master, '/master/health', secure)
    } catch (error) {
      // The leader of yesterday; whoever was given knows the one of today.
      known = undefined
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
        known = leaderOf(location)
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
