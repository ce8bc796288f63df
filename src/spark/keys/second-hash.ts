import { canonicalKey } from './canonical-key.ts'
import { murmur3Text } from './murmur3.ts'

const SEED = 0x32

/**
 * A hash of a key that owes nothing to {@link hashKey}: both together are as good as 64 bits. murmur3-x86-32 with seed
 * 0x32 over the code units of the key's {@link canonicalKey}.
 *
 * @returns an unsigned 32-bit integer
 * @throws TROUPE_SPARK_KEY_UNSUPPORTED
 */
export function secondHash(key: unknown): number {
  return murmur3Text(canonicalKey(key), SEED)
}
