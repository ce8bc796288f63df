import { isTroupeError } from './troupe-error.ts'
import type { Address, Listener } from './network.ts'

const HIGHEST_PORT = 65_535

/**
 * Listens at the first of `maxRetries` + 1 ports from `port` on that is free; 0 takes any.
 *
 * @throws what `listen` throws, at the last of them or for another reason than that the port is taken
 */
export async function onFreePort(
  { host, port }: Address,
  maxRetries: number,
  listen: (address: Address) => Promise<Listener>,
): Promise<Listener> {
  const last = port === 0 ? 0 : Math.min(port + maxRetries, HIGHEST_PORT)
  for (let tried = port; ; tried += 1) {
    try {
      return await listen({ host, port: tried })
    } catch (error) {
      if (!isTroupeError(error, 'TROUPE_PLATFORM_ADDRESS_IN_USE') || tried >= last) throw error
    }
  }
}
