import type { Address } from '../../platform/index.ts'
import { NodeError } from '../links/index.ts'

/** Reads `host:port`; an IPv6 host stands in brackets. @throws TROUPE_NODE_ADDRESS_ILLEGAL */
export function parseAddress(text: string): Address {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  if (host !== undefined && port >= 1 && port <= 65_535) return { host, port }
  throw new NodeError(
    'TROUPE_NODE_ADDRESS_ILLEGAL',
    `'${text}' is no address of a node: write host:port, such as 127.0.0.1:7077 or [::1]:7077`,
    { data: { address: text } },
  )
}
