/** What became of the user messages that were handed to a link. `accepted = sent + queued + refused + dropped`. */
export interface LinkCounts {
  readonly accepted: number
  readonly queued: number
  /** Given to a connection; `sent = acknowledged + lost +` what is on its way. */
  readonly sent: number
  readonly acknowledged: number
  readonly lost: number
  /** Could not be encoded. */
  readonly refused: number
  /** Never given to a connection: the link was lost before. */
  readonly dropped: number
  readonly received: number
}
