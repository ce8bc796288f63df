import { InvalidArgumentError, Option } from '../command-line.ts'
import type { Environment, HttpTls } from '../../platform/index.ts'

/** What the flags of a node say of TLS at its HTTP door. */
export interface TlsFlags {
  readonly sslCert?: string
  readonly sslKey?: string
}

export const sslCertFlag = (): Option =>
  new Option('--ssl-cert <file>', 'certificate of the HTTP door, which speaks HTTPS then; PEM')

export const sslKeyFlag = (): Option =>
  new Option('--ssl-key <file>', 'the key that goes with --ssl-cert')

/**
 * The certificate and its key, from the flags, or from the variables of libprocess: LIBPROCESS_SSL_ENABLED,
 * LIBPROCESS_SSL_CERT_FILE, LIBPROCESS_SSL_KEY_FILE.
 * @throws TROUPE_PLATFORM_FILE_UNREADABLE
 */
export async function tlsOf(
  { disk, processes }: Pick<Environment, 'disk' | 'processes'>,
  flags: TlsFlags,
): Promise<{ readonly tls?: HttpTls }> {
  const { environment } = processes
  const isEnabled = /^(1|true)$/.test(environment['LIBPROCESS_SSL_ENABLED'] ?? '')
  const cert = flags.sslCert ?? (isEnabled ? environment['LIBPROCESS_SSL_CERT_FILE'] : undefined)
  const key = flags.sslKey ?? (isEnabled ? environment['LIBPROCESS_SSL_KEY_FILE'] : undefined)
  if (cert === undefined && key === undefined && !isEnabled) return {}
  if (cert === undefined || key === undefined) {
    throw new InvalidArgumentError('HTTPS needs both --ssl-cert and --ssl-key.')
  }
  const decoder = new TextDecoder()
  return {
    tls: {
      cert: decoder.decode(await disk.readFile(cert)),
      key: decoder.decode(await disk.readFile(key)),
    },
  }
}
