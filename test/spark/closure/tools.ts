import { createHash } from 'node:crypto'
import { Decoder, Encoder } from 'cbor-x'
import {
  nodeFunctionInspector,
  nodeIntrinsics,
  nodeModuleResolver,
  nodeScriptCompiler,
  nodeValueKinds,
} from '../../../src/platform/index.ts'
import {
  captureAll,
  captureFunction,
  ClosureError,
  packClosure,
  packGraph,
  rebuildAll,
  rebuildFunction,
  unpackGraph,
  type CaptureOptions,
  type CaptureTools,
  type ClosureErrorCode,
  type PackedClosure,
  type PackTools,
  type PlainCodec,
  type RebuildOptions,
  type RebuildTools,
} from '../../../src/spark/closure/index.ts'

const encoder = new Encoder({ useRecords: false, variableMapSize: true })
const decoder = new Decoder({ useRecords: false })

export const codec: PlainCodec = {
  encode: (value) => encoder.encode(value),
  decode: (bytes) => decoder.decode(bytes) as unknown,
}

export const tools: CaptureTools & RebuildTools & PackTools = {
  inspector: nodeFunctionInspector(),
  intrinsics: nodeIntrinsics(),
  resolver: nodeModuleResolver(),
  kinds: nodeValueKinds(),
  compiler: nodeScriptCompiler(),
  modules: {
    load: async (url) => (await import(url)) as Readonly<Record<string, unknown>>,
  },
  codec,
  crypto: { sha256: (data) => createHash('sha256').update(data).digest() },
}

export type AnyFunction = (...args: never) => unknown

/** The function as another process would have it: through bytes. */
export async function travel<Fn extends AnyFunction>(
  fn: Fn,
  options: CaptureOptions & RebuildOptions = {},
): Promise<Fn> {
  const { bytes } = packGraph(captureFunction(fn, tools, options), tools)
  return rebuildFunction<Fn>(unpackGraph(bytes, codec), tools, options)
}

/** A value, captured by a function, as the function sees it on the other side. */
export async function carry<Value>(
  value: Value,
  options: CaptureOptions & RebuildOptions = {},
): Promise<Value> {
  const { bytes } = packGraph(captureAll({ value }, tools, options), tools)
  const rebuilt = await rebuildAll(unpackGraph(bytes, codec), tools, options)
  return rebuilt['value'] as Value
}

export function pack(fn: AnyFunction, options: CaptureOptions = {}): PackedClosure {
  return packClosure(fn, tools, options)
}

/** The refusal of a capture. @throws when the function could be captured */
export function refusal(
  fn: unknown,
  options: CaptureOptions = {},
  captureTools: CaptureTools = tools,
): { readonly code: ClosureErrorCode; readonly message: string; readonly data: object } {
  try {
    captureFunction(fn, captureTools, { label: 'map function', ...options })
  } catch (error) {
    if (error instanceof ClosureError) return error
    throw error
  }
  throw new TypeError('The function could be captured')
}
