import type { Address } from '../../platform/index.ts'
import type { AnyRef } from '../actor-ref.ts'
import { RemoteRef } from './remote-ref.ts'

/** `host:port`, an IPv6 host in brackets. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${String(port)}` : `${host}:${String(port)}`
}

/** Where the node of a ref's actor listens; undefined for an actor of this system, and for nodes that don't. */
export function nodeAddressOf(ref: AnyRef): string | undefined {
  if (!(ref instanceof RemoteRef)) return undefined
  const { address } = ref.link.peer
  return address === undefined ? undefined : formatAddress(address)
}
