/** Bounds of one link. */
export interface LinkLimits {
  /** The largest frame that is sent or taken, in bytes; 16 MiB by default. */
  readonly maxFrameBytes: number
  /** User messages that wait for the connection; 262,144 by default. What comes beyond is a dead letter. */
  readonly maxQueuedMessages: number
  /** Control messages that wait for their acknowledgement; 262,144 by default. One more ends the link. */
  readonly maxUnacknowledged: number
}

export const defaultLimits: LinkLimits = {
  maxFrameBytes: 16 * 1024 * 1024,
  maxQueuedMessages: 262_144,
  maxUnacknowledged: 262_144,
}
