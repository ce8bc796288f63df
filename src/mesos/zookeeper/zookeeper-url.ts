import { parseServers, type QueuePlace } from '../../platform/zookeeper/index.ts'
import { MesosError } from '../errors.ts'

/** What Mesos calls the nodes of masters: its number is behind it. */
export const STEM = 'json.info_'
const SCHEME = 'zk://'

/** Whether `text` means masters that are to be found in ZooKeeper. */
export function isZooKeeperUrl(text: string): boolean {
  return text.startsWith(SCHEME)
}

/**
 * Reads `zk://host:port,other:port/path`: the path is the folder where masters queue up.
 * @throws TROUPE_MESOS_URL_INVALID
 */
export function parseZooKeeperUrl(text: string): QueuePlace {
  const place = isZooKeeperUrl(text) ? parseServers(text.slice(SCHEME.length)) : undefined
  if (place === undefined || place.root === '') {
    throw new MesosError(
      'TROUPE_MESOS_URL_INVALID',
      `'${text}' is not where masters are to be found: give zk://host:port,host:port/path, without a name and a password.`,
      { data: { url: text } },
    )
  }
  return { servers: place.servers, room: place.root, stem: STEM }
}
