import type { Address } from '../../../platform/index.ts'
import { invalidArgument } from '../../errors.ts'

const DEFAULT_PORT = 2181

/** Where ZooKeeper is, and the folder in it that stands for its root. */
export interface ZooKeeperPlace {
  readonly servers: readonly Address[]
  readonly root: string
}

/** Reads `host:2181,other:2181/folder`, as ZooKeeper's clients do. @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function parseZooKeeperUrl(key: string, text: string): ZooKeeperPlace {
  const slash = text.indexOf('/')
  const hosts = (slash < 0 ? text : text.slice(0, slash)).split(',')
  const root = slash < 0 ? '' : text.slice(slash).replace(/\/+$/, '')
  const servers = hosts.map((one) => {
    const host = one.trim()
    const match = /^(\[[^\]]+\]|[^:\s]+)(?::(\d{1,5}))?$/.exec(host)
    const port = Number(match?.[2] ?? DEFAULT_PORT)
    if (match?.[1] === undefined || port < 1 || port > 65_535) {
      throw invalidArgument(key, text, 'host:port of each server, such as one:2181,two:2181')
    }
    return { host: match[1].replace(/^\[(.*)\]$/, '$1'), port }
  })
  return { servers, root }
}
