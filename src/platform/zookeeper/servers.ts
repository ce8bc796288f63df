import type { Address } from '../network.ts'

const DEFAULT_PORT = 2181

/** Where ZooKeeper is, and the folder in it that stands for its root. */
export interface ZooKeeperPlace {
  readonly servers: readonly Address[]
  /** Begins with a slash and ends without one; empty for the whole of it. */
  readonly root: string
}

/** Reads `host:2181,other:2181/folder`, as ZooKeeper's clients do; undefined where it is nothing such. */
export function parseServers(text: string): ZooKeeperPlace | undefined {
  const slash = text.indexOf('/')
  const hosts = (slash < 0 ? text : text.slice(0, slash)).split(',')
  const root = slash < 0 ? '' : text.slice(slash).replace(/\/+$/, '')
  const servers: Address[] = []
  for (const one of hosts) {
    const match = /^(\[[^\]]+\]|[^:\s@]+)(?::(\d{1,5}))?$/.exec(one.trim())
    const port = Number(match?.[2] ?? DEFAULT_PORT)
    if (match?.[1] === undefined || port < 1 || port > 65_535) return undefined
    servers.push({ host: match[1].replace(/^\[(.*)\]$/, '$1'), port })
  }
  return { servers, root }
}
