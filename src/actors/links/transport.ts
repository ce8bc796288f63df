/** Carries frames to the other side: reliably and in order until it closes, then never again. */
export interface Transport {
  /**
   * Takes the frame over. Its first {@link FRAME_HEAD_BYTES} bytes are the transport's to fill in. False asks the
   * link to wait for `drained`.
   */
  send(frame: Uint8Array): boolean
  /** How many bytes may be on their way without acknowledgement, where `send` never says stop. */
  readonly windowBytes?: number
  close(): void
}

/** Room that each frame leaves for the transport: four bytes of length, one of flags. */
export const FRAME_HEAD_BYTES: number = 5
/** The last byte of the head: what the receiver must know before it decodes. */
export const FLAGS_AT: number = 4

/** The frame starts with new dictionaries on both sides. */
export const RESET: number = 1
