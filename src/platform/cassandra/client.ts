import type { CqlConsistency, CqlSerialConsistency, CqlSettings } from '../cql.ts'
import type { Client, ClientOptions, Driver } from './driver.ts'

export const CONSISTENCIES: Readonly<Record<CqlConsistency | CqlSerialConsistency, number>> = {
  ANY: 0,
  ONE: 1,
  TWO: 2,
  THREE: 3,
  QUORUM: 4,
  ALL: 5,
  LOCAL_QUORUM: 6,
  EACH_QUORUM: 7,
  SERIAL: 8,
  LOCAL_SERIAL: 9,
  LOCAL_ONE: 10,
}
const DEFAULT_PORT = 9042
const DEFAULT_TIMEOUT_MS = 10_000
const CONNECT_TIMEOUT_MS = 5000
const MAX_PREPARED = 500

/** The driver's client of these settings, not yet connected. */
export function clientOf(driver: Driver, settings: CqlSettings): Client {
  const { contactPoints, port = DEFAULT_PORT, localDataCenter, credentials } = settings
  const { reconnection = { minMs: 100, maxMs: 5000 }, isRetrying = true } = settings
  const { retry, reconnection: reconnections } = driver.policies
  const retries = isRetrying ? new retry.RetryPolicy() : new retry.FallthroughRetryPolicy()
  const client = new driver.Client({
    contactPoints: contactPoints.map((point) => (/:\d+$/.test(point) ? point : `${point}:${port}`)),
    ...(localDataCenter !== undefined && { localDataCenter }),
    ...(credentials !== undefined && { credentials: { ...credentials } }),
    maxPrepared: settings.maxPrepared ?? MAX_PREPARED,
    protocolOptions: { port: portOf(contactPoints[0] ?? '', port) },
    pooling: poolingOf(driver, settings),
    encoding: {
      map: Map,
      set: Set,
      // Who is given bytes copies them.
      copyBuffer: false,
      useBigIntAsLong: true,
      useBigIntAsVarint: true,
    },
    policies: {
      // The usual one asks again also where twice is not the same as once.
      retry: new retry.IdempotenceAwareRetryPolicy(retries),
      ...(localDataCenter === undefined && {
        loadBalancing: new driver.policies.loadBalancing.RoundRobinPolicy(),
      }),
      reconnection: new reconnections.ExponentialReconnectionPolicy(
        reconnection.minMs,
        reconnection.maxMs,
        false,
      ),
    },
    socketOptions: timesOf(settings),
    ...(settings.tls !== undefined && { sslOptions: tlsOf(settings.tls) }),
  })
  // What goes wrong with a node in the background shows in what is asked next.
  client.on('log', () => undefined)
  return client
}

function timesOf(settings: CqlSettings): NonNullable<ClientOptions['socketOptions']> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = settings
  const longest = timeoutMs === 0 ? CONNECT_TIMEOUT_MS : Math.min(CONNECT_TIMEOUT_MS, timeoutMs)
  return { readTimeout: timeoutMs, connectTimeout: settings.connectTimeoutMs ?? longest }
}

function poolingOf(
  driver: Driver,
  { connectionsPerHost, requestsPerConnection }: CqlSettings,
): NonNullable<ClientOptions['pooling']> {
  const { distance } = driver.types
  return {
    ...(connectionsPerHost !== undefined && {
      coreConnectionsPerHost: { [distance.local]: connectionsPerHost, [distance.remote]: 1 },
    }),
    ...(requestsPerConnection !== undefined && {
      maxRequestsPerConnection: requestsPerConnection,
    }),
  }
}

function tlsOf(tls: NonNullable<CqlSettings['tls']>): NonNullable<ClientOptions['sslOptions']> {
  return {
    ...(tls.ca !== undefined && { ca: tls.ca }),
    ...(tls.certificate !== undefined && { cert: tls.certificate }),
    ...(tls.key !== undefined && { key: tls.key }),
    rejectUnauthorized: tls.isServerVerified ?? true,
  }
}

function portOf(point: string, port: number): number {
  return Number(/:(\d+)$/.exec(point)?.[1] ?? port)
}
