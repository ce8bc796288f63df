/** Bounds of one link. */
export interface LinkLimits {
  /** The largest frame that is sent or taken, in bytes: 1,024 to 2 GiB less one, 16 MiB by default. */
  readonly maxFrameBytes: number
  /** User messages that wait for the connection: 1 or more, 262,144 by default. What comes beyond is a dead letter. */
  readonly maxQueuedMessages: number
  /**
   * Bytes of messages that wait for the connection, as far as the sizes of those before tell; 256 MiB by default. What
   * comes beyond is a dead letter.
   */
  readonly maxQueuedBytes: number
  /** Control messages that wait for their acknowledgement: 1 or more, 262,144 by default. One more ends the link. */
  readonly maxUnacknowledged: number
}

const defaultLimits: LinkLimits = {
  maxFrameBytes: 16 * 1024 * 1024,
  maxQueuedMessages: 262_144,
  maxQueuedBytes: 256 * 1024 * 1024,
  maxUnacknowledged: 262_144,
}

const ranges: Readonly<Record<keyof LinkLimits, readonly [min: number, max: number]>> = {
  // Less would not take the words of the runtime itself.
  maxFrameBytes: [1024, 2 ** 31 - 1],
  maxQueuedMessages: [1, Number.MAX_SAFE_INTEGER],
  maxQueuedBytes: [1, Number.MAX_SAFE_INTEGER],
  maxUnacknowledged: [1, Number.MAX_SAFE_INTEGER],
}

/** The limits with their defaults; `check` is asked of each, and throws where it is out of its range. */
export function resolveLimits(
  given: Partial<LinkLimits> | undefined,
  check: (option: string, value: number, min: number, max: number) => void,
): LinkLimits {
  const limits = { ...defaultLimits, ...given }
  for (const option of Object.keys(ranges) as (keyof LinkLimits)[]) {
    check(`limits.${option}`, limits[option], ...ranges[option])
  }
  return limits
}
