import type { ActorSystem } from '../../actors/index.ts'
import { bodyOf, type Address } from '../../platform/index.ts'
import { jsonCodec, protobufCodec } from '../http/wire/index.ts'
import { masterUrl } from '../master-url.ts'
import type { SchedulerCall, SchedulerEvent } from '../protocol/index.ts'
import type { Credential } from '../security/index.ts'
import type { OpenSession } from '../session/index.ts'
import { httpSession } from './http-session.ts'

/** How calls and events are written on an HTTP line. */
export interface HttpMasterOptions {
  /** Default `json`. */
  readonly encoding?: 'json' | 'protobuf'
  /** Who the framework is, to a master that wants it proved. */
  readonly credential?: Credential
}

/**
 * How a framework opens its sessions with any Mesos master by v1 HTTP; a master that does not lead sends it on to the one that does.
 * @throws TROUPE_MESOS_URL_INVALID
 */
export function connectMesos(
  system: ActorSystem,
  url: string,
  { encoding = 'json', credential }: HttpMasterOptions = {},
): OpenSession<SchedulerCall, SchedulerEvent> {
  const given = masterUrl(url)
  const codec = encoding === 'json' ? jsonCodec : protobufCodec
  let master = given
  return async (subscriber) => {
    try {
      await probe(system, master)
    } catch (error) {
      // The leader of yesterday; whoever was given knows the one of today.
      master = given
      throw error
    }
    const session = httpSession({
      master,
      codec,
      ...(credential !== undefined && { credential }),
      subscriber,
      onRedirect: (location) => {
        master = leaderOf(location) ?? given
      },
    })
    return system.spawnService(session, `master-${system.environment.random.id()}`)
  }
}

/** Fails when nobody answers there; so that attempts to subscribe grow rarer. */
async function probe({ environment }: ActorSystem, master: Address): Promise<void> {
  const { host, port } = master
  const response = await environment.http.request(master, {
    method: 'GET',
    target: '/master/health',
    headers: { host: `${host}:${port}` },
    body: new Uint8Array(0),
  })
  await bodyOf(response)
}

/** A location is `//host:port/path`; some clients' masters say `host:port`. */
function leaderOf(location: string): Address | undefined {
  const [, host, port] =
    /^(?:https?:)?(?:\/\/)?(\[[^\]]+\]|[^/:]+):(\d+)(?:\/.*)?$/.exec(location) ?? []
  if (host === undefined) return undefined
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) }
}
