/** How a compressed log is read, frame by frame. */
export interface FrameReader {
  /** Bytes before the first frame that mean nothing here. */
  readonly headBytes: number
  /**
   * The first frame in `bytes`; undefined while it is not there as a whole.
   *
   * @throws TROUPE_SPARK_EVENT_LOG_DAMAGED
   */
  next(bytes: Uint8Array): { readonly takenBytes: number; readonly raw: Uint8Array } | undefined
}
