import type { Address } from '../platform/index.ts'
import { MesosError } from './errors.ts'

const DEFAULT_PORT = 5050

/** Whether `text` means a master's HTTP door. */
export function isMasterUrl(text: string): boolean {
  return /^https?:\/\//.test(text)
}

/** Whether the door at that URL speaks TLS. */
export function isSecureUrl(text: string): boolean {
  return text.startsWith('https://')
}

/**
 * The address in `http://host:port`; the port is 5050 where none is given.
 * @throws TROUPE_MESOS_URL_INVALID
 */
export function masterUrl(text: string): Address {
  const [, host = '', port] =
    /^https?:\/\/(\[[^\]]+\]|[^/:\s]+)(?::(\d{1,5}))?\/?$/.exec(text) ?? []
  const number = port === undefined ? DEFAULT_PORT : Number(port)
  if (host === '' || number < 1 || number > 65_535) {
    throw new MesosError(
      'TROUPE_MESOS_URL_INVALID',
      `'${text}' is not where a master listens for HTTP: give http://host:port, without a path.`,
      { data: { url: text } },
    )
  }
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: number }
}
