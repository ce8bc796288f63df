import type { ConfEntry } from './conf-entry.ts'
import { texts } from './parsers.ts'

/** A key with any number of texts; none when it is not set. */
export function listed(doc: string): ConfEntry<readonly string[]> {
  return { parse: texts, otherwise: [], shown: 'none', doc }
}
