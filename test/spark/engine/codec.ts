import { deserialize, serialize } from 'node:v8'

import type { BatchCodec } from '../../../src/spark/shuffle/index.ts'

/** Any codec will do for the engine; this one is Node's own. */
export const codec: BatchCodec = {
  encode: (value) => new Uint8Array(serialize(value)),
  decode: (bytes) => deserialize(bytes) as unknown,
}
