import type { Server } from 'node:net'
import { addressInUse, PlatformError, systemReason } from '../errors.ts'
import type { Address } from '../network.ts'

/** Where a server listens, which may be another port than it was `asked` for. */
export function boundAddress(server: Server, asked: Address): Address {
  const bound = server.address()
  if (bound === null || typeof bound === 'string') return asked
  return { host: bound.address, port: bound.port }
}

/** Why a server can't listen; `what` it would do there, and `wayOut` of all but a port in use. */
export function listenError(
  address: Address,
  cause: unknown,
  { what, wayOut }: { readonly what: string; readonly wayOut: string },
): PlatformError {
  const reason = systemReason(cause)
  if (reason === 'EADDRINUSE') return addressInUse(address, cause)
  return new PlatformError(
    'TROUPE_PLATFORM_LISTEN_FAILED',
    `Can't ${what} on ${address.host}:${address.port} (${reason}): ${wayOut}.`,
    { cause, data: { host: address.host, port: address.port, reason } },
  )
}
