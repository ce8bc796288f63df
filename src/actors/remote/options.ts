import type { TlsOptions } from '../../platform/index.ts'
import { resolveLimits, NodeError } from '../links/index.ts'
import type { LinkLimits } from '../links/index.ts'
import { defaultDetector } from './failure-detector.ts'
import type { DetectorOptions } from './failure-detector.ts'

export interface NodeOptions {
  /** Where to listen; 127.0.0.1 by default. Any other than a loopback address needs `secret` or `tls`. */
  readonly host?: string
  /** 0, the default, takes any free port. */
  readonly port?: number
  /** False for a node that joins others and is joined by none. */
  readonly listen?: boolean
  /** The host that other nodes are told to call; `host` by default. */
  readonly advertisedHost?: string
  /** Known to all nodes of a cluster, proved by both sides of each connection, never sent. */
  readonly secret?: string
  /** Certificates; with them both sides authenticate each other. */
  readonly tls?: TlsOptions
  /** Application tokens by name; see `RemoteNode.hasProved`. */
  readonly tokens?: Readonly<Record<string, string>>
  /** How long a handshake may take, in ms; 5,000 by default. */
  readonly handshakeMs?: number
  /** How often heartbeats are sent, in ms; 1,000 by default. */
  readonly heartbeatMs?: number
  readonly detector?: Partial<DetectorOptions>
  /** How long a node may be out of reach before it is lost for good, in ms; 20,000 by default. */
  readonly unreachableLimitMs?: number
  /**
   * How long actors started here by another node live on after it was heard last, in ms; 10,000 by default. More than
   * `heartbeatMs`, and less than the `unreachableLimitMs` of that other node.
   */
  readonly leaseMs?: number
  /** Refused connections in a row after which a node that was up is taken for dead; 3 by default. */
  readonly refusalsUntilLost?: number
  readonly limits?: Partial<LinkLimits>
}

/** Options with their defaults. */
export interface ResolvedNodeOptions {
  readonly host: string
  readonly port: number
  readonly listen: boolean
  readonly advertisedHost: string | undefined
  readonly secret: string | undefined
  readonly tls: TlsOptions | undefined
  readonly tokens: Readonly<Record<string, string>>
  readonly handshakeMs: number
  readonly heartbeatMs: number
  readonly detector: DetectorOptions
  readonly unreachableLimitMs: number
  readonly leaseMs: number
  readonly refusalsUntilLost: number
  readonly limits: LinkLimits
}

/** @throws TROUPE_NODE_SECRET_REQUIRED, TROUPE_NODE_OPTION_INVALID */
export function resolveNodeOptions(options: NodeOptions): ResolvedNodeOptions {
  const heartbeatMs = options.heartbeatMs ?? 1_000
  const resolved: ResolvedNodeOptions = {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    listen: options.listen ?? true,
    advertisedHost: options.advertisedHost,
    secret: options.secret,
    tls: options.tls,
    tokens: options.tokens ?? {},
    handshakeMs: options.handshakeMs ?? 5_000,
    heartbeatMs,
    detector: { ...defaultDetector, expectedIntervalMs: heartbeatMs, ...options.detector },
    unreachableLimitMs: options.unreachableLimitMs ?? 20_000,
    leaseMs: options.leaseMs ?? 10_000,
    refusalsUntilLost: options.refusalsUntilLost ?? 3,
    limits: resolveLimits(options.limits, check),
  }
  check('port', resolved.port, 0, 65_535)
  for (const option of times) check(option, resolved[option], 1, 2 ** 31 - 1)
  check('refusalsUntilLost', resolved.refusalsUntilLost, 1, Number.MAX_SAFE_INTEGER)
  const isGuarded = resolved.secret !== undefined || resolved.tls !== undefined
  if (resolved.listen && !isGuarded && !isLoopback(resolved.host)) {
    throw new NodeError(
      'TROUPE_NODE_SECRET_REQUIRED',
      `a node may listen on ${resolved.host} only with a secret or with certificates: give one of them, or listen on 127.0.0.1`,
      { data: { host: resolved.host } },
    )
  }
  return resolved
}

const times = ['handshakeMs', 'heartbeatMs', 'unreachableLimitMs', 'leaseMs'] as const

function check(option: string, value: number, min: number, max: number): void {
  if (typeof value === 'number' && value >= min && value <= max) return
  throw new NodeError(
    'TROUPE_NODE_OPTION_INVALID',
    `${option} of a node is ${String(value)}: it takes ${String(min)} to ${String(max)}`,
    { data: { option, value, min, max } },
  )
}

/** Whether only this machine reaches that host. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^(::ffff:)?127\./.test(host)
}

export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::' || host === ''
}
