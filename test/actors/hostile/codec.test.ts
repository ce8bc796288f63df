import test from 'ava'
import { ConnectionDecoder, decodeAlone } from '../../../src/actors/codec/index.ts'
import { attacks } from './attacks.ts'

const noRefs = {
  isRef: () => false,
  encodeRef: () => 0,
  decodeRef: (wire: unknown) => ({ wire }),
}

/** Memory that is in use, of the heap and outside; what was declared only is not in it unless it was allocated. */
function bytesInUse(): number {
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return heapUsed + Math.max(external, arrayBuffers)
}

function codeOf(run: () => unknown): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}

for (const [name, bytes] of Object.entries(attacks)) {
  test(`${name}: it decodes to little, or to a code`, (t) => {
    const before = bytesInUse()
    for (const run of [
      () => decodeAlone(bytes),
      () => new ConnectionDecoder(noRefs).decode(bytes),
    ]) {
      t.true([undefined, 'TROUPE_CODEC_UNDECODABLE'].includes(codeOf(run)), codeOf(run))
    }
    t.true(bytesInUse() - before < 400 * 1024 * 1024)
    t.is(({} as { polluted?: unknown }).polluted, undefined)
    t.false('pwned' in globalThis)
  })
}
