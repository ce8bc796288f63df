import { isTroupeError } from '../../../platform/index.ts'
import type { BatchCodec } from './batch-codec.ts'

/** The most bytes of a part of several rows. */
export const PART_BYTES: number = 64 << 20

/**
 * Rows as one array in bytes, or as several behind each other where that would be more than `mostBytes`. A row that is larger
 * by itself is a part of its own.
 *
 * @throws TROUPE_SPARK_ROW_UNENCODABLE, TROUPE_SPARK_ROW_TOO_LARGE
 */
export function encodeParts(
  rows: readonly unknown[],
  codec: BatchCodec,
  mostBytes: number = PART_BYTES,
): Uint8Array[] {
  if (rows.length <= 1) return [codec.encode(rows)]
  try {
    return [codec.encode(rows, mostBytes)]
  } catch (error) {
    if (!isTroupeError(error, 'TROUPE_SPARK_ROW_TOO_LARGE')) throw error
  }
  const half = rows.length >> 1
  return [
    ...encodeParts(rows.slice(0, half), codec, mostBytes),
    ...encodeParts(rows.slice(half), codec, mostBytes),
  ]
}

/** What is in one part, or the rows of several that {@link encodeParts} has made. */
export function decodeParts(parts: readonly Uint8Array[], codec: BatchCodec): unknown {
  if (parts.length === 1) return codec.decode(parts[0] as Uint8Array)
  const rows: unknown[] = []
  for (const part of parts) for (const row of codec.decode(part) as unknown[]) rows.push(row)
  return rows
}
