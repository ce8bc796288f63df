import { captureFunction, type CaptureOptions, type CaptureTools } from './capture.ts'
import { ClosureError } from './errors.ts'
import type { ClosureGraph } from './graph.ts'

/** A codec for plain data; the rim hands in the one its links use. */
export interface PlainCodec {
  encode(value: unknown): Uint8Array
  decode(bytes: Uint8Array): unknown
}

/** A closure ready to be shipped. */
export interface PackedClosure {
  /**
   * The same for the same closure in every process: ship it once, and name it by this afterwards. 32 hexadecimal
   * digits of the SHA-256 of `bytes`.
   */
  readonly id: string
  readonly bytes: Uint8Array
}

export interface PackTools {
  readonly codec: Pick<PlainCodec, 'encode'>
  readonly crypto: { sha256(data: Uint8Array): Uint8Array }
}

/** A graph as bytes, for a host that names them by itself. */
export function encodeGraph(graph: ClosureGraph, codec: Pick<PlainCodec, 'encode'>): Uint8Array {
  return codec.encode(graph)
}

/** A graph as bytes with its id. `bytes.byteLength` is what shipping it costs. */
export function packGraph(graph: ClosureGraph, { codec, crypto }: PackTools): PackedClosure {
  const bytes = encodeGraph(graph, codec)
  const digest = crypto.sha256(bytes).subarray(0, 16)
  const id = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return { id, bytes }
}

/**
 * Captures and packs one function.
 *
 * @throws as `captureFunction`
 */
export function packClosure(
  fn: unknown,
  tools: CaptureTools & PackTools,
  options: CaptureOptions = {},
): PackedClosure {
  return packGraph(captureFunction(fn, tools, options), tools)
}

/** The graph in packed bytes. @throws TROUPE_CLOSURE_GRAPH_INVALID when they hold none */
export function unpackGraph(bytes: Uint8Array, codec: Pick<PlainCodec, 'decode'>): ClosureGraph {
  let graph: unknown
  try {
    graph = codec.decode(bytes)
  } catch (cause) {
    throw new ClosureError(
      'TROUPE_CLOSURE_GRAPH_INVALID',
      `${String(bytes.byteLength)} bytes that should be a closure do not decode`,
      { cause },
    )
  }
  if (isGraph(graph)) return graph
  throw new ClosureError(
    'TROUPE_CLOSURE_GRAPH_INVALID',
    `${String(bytes.byteLength)} bytes decode to something that is no closure of this version`,
  )
}

function isGraph(value: unknown): value is ClosureGraph {
  if (typeof value !== 'object' || value === null) return false
  const { version, roots, modules, codes, shapes, nodes } = value as Record<string, unknown>
  return (
    version === 1 &&
    typeof roots === 'object' &&
    roots !== null &&
    [modules, codes, shapes, nodes].every(Array.isArray)
  )
}
