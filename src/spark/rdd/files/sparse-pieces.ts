import { isGzip, type FileSplit } from './input-splits.ts'

/** Pieces of a partition of which only some is read. */
const PIECES = 16
/** What each of them has about. */
const PIECE_BYTES = 64 << 10
/** A partition is read as a whole unless that many times more than the pieces. */
const LEAST_RATIO = 2

/**
 * Pieces of a split, evenly over it, that begin and end at multiples of `unitBytes` from its start; undefined for one so short
 * that it is read as a whole. For samples that need not be drawn of every row.
 */
export function sparsePieces(split: FileSplit, unitBytes = 1): FileSplit[] | undefined {
  const { path, startBytes, endBytes } = split
  if (isGzip(path)) return undefined
  const units = Math.floor((endBytes - startBytes) / unitBytes)
  const pieceUnits = Math.ceil(PIECE_BYTES / unitBytes)
  if (units < LEAST_RATIO * PIECES * pieceUnits) return undefined
  const pieces: FileSplit[] = []
  for (let i = 0; i < PIECES; i += 1) {
    const first = Math.floor(((units - pieceUnits) * i) / (PIECES - 1))
    const from = startBytes + first * unitBytes
    pieces.push({ path, startBytes: from, endBytes: from + pieceUnits * unitBytes })
  }
  return pieces
}

/** Of how many bytes of a split one is read where only pieces are. */
export function sparseRatio(split: FileSplit, unitBytes = 1): number {
  const pieces = sparsePieces(split, unitBytes) ?? [split]
  const bytes = pieces.reduce((sum, { startBytes, endBytes }) => sum + endBytes - startBytes, 0)
  return bytes === 0 ? 1 : (split.endBytes - split.startBytes) / bytes
}
