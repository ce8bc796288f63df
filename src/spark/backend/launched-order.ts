import { decodeAlone, encodeAlone } from '../../actors/index.ts'
import type { Crypto } from '../../platform/index.ts'
import type { TaskDescription } from '../task/index.ts'

const PROOF_BYTES = 32

/** A task as the `data` of a Mesos task, with the proof that whoever sends it has the application's token: HMAC-SHA-256. */
export function packTask(crypto: Crypto, token: Uint8Array, task: TaskDescription): Uint8Array {
  const bytes = encodeAlone(task)
  return Buffer.concat([crypto.hmacSha256(token, bytes), bytes])
}

/** The task in the `data` of a Mesos task; undefined without the proof. */
export function unpackTask(
  crypto: Crypto,
  token: Uint8Array,
  data: Uint8Array,
): TaskDescription | undefined {
  const proof = data.subarray(0, PROOF_BYTES)
  const bytes = data.subarray(PROOF_BYTES)
  if (!crypto.equal(crypto.hmacSha256(token, bytes), proof)) return undefined
  return decodeAlone(bytes) as TaskDescription
}
