/**
 * One line at the bottom of a terminal that comes and goes, and that other output does not run into: whatever is written to
 * the terminal takes its place.
 */
export interface StatusLine {
  /** Of the terminal. */
  readonly columns: number
  /** False once others have written in its place. */
  readonly isShown: boolean
  /** Shows the text in place of what was shown; false, and nothing is done, while a line that somebody else wrote has no end yet. */
  show(text: string): boolean
  /** Leaves an empty line. */
  clear(): void
  /** Clears it, and never shows anything again. */
  close(): void
}
