import { parseServers, type ZooKeeperPlace } from '../../../platform/zookeeper/index.ts'
import { invalidArgument } from '../../errors.ts'

/** Reads `host:2181,other:2181/folder`, as ZooKeeper's clients do. @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function parseZooKeeperUrl(key: string, text: string): ZooKeeperPlace {
  const place = parseServers(text)
  if (place === undefined) {
    throw invalidArgument(key, text, 'host:port of each server, such as one:2181,two:2181')
  }
  return place
}
