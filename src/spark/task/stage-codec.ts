import {
  nodeFunctionInspector,
  nodeIntrinsics,
  nodeModuleResolver,
  nodeScriptCompiler,
  nodeValueKinds,
  type ModuleLoader,
} from '../../platform/index.ts'
import {
  captureAll,
  encodeGraph,
  rebuildAll,
  unpackGraph,
  type InstanceRefusal,
} from '../closure/index.ts'
import { BaseRDD, type RddSpec } from '../rdd/index.ts'
import type { BatchCodec } from '../shuffle/index.ts'
import type { StageEnd, StageWork } from './stage-work.ts'

/** Stages to bytes and back. */
export interface StageCodec {
  /** @throws the TROUPE_CLOSURE_* code of what can't travel, naming the operator */
  pack(work: StageWork): Uint8Array
  unpack(binary: Uint8Array): Promise<StageWork>
}

type SpecRow = readonly [rddId: number, kind: string, parents: readonly number[]]

/** The roots of a stage's graph: what each operator holds is a root of its own, so that errors name it. */
const SHAPE = 'stage'
const END = 'action'

/**
 * Packs stages by capture: the user's functions travel with what they reach. Equal stages have equal bytes.
 */
export function closureStageCodec(codec: BatchCodec, modules: ModuleLoader): StageCodec {
  const capture = {
    inspector: nodeFunctionInspector(),
    intrinsics: nodeIntrinsics(),
    resolver: nodeModuleResolver(),
    kinds: nodeValueKinds(),
  }
  const rebuild = { modules, compiler: nodeScriptCompiler(), intrinsics: capture.intrinsics }
  return {
    pack: ({ rdds, end }) => {
      const shape: SpecRow[] = rdds.map(({ rddId, kind, parents }) => [rddId, kind, parents])
      const props = rdds.map((spec) => [rootOf(spec.rddId, spec.kind), spec.props] as const)
      const roots = { [SHAPE]: shape, ...Object.fromEntries(props), [END]: end }
      return encodeGraph(captureAll(roots, capture, { refuse: refuseDriverObject }), codec)
    },
    unpack: async (binary) => {
      const roots = await rebuildAll(unpackGraph(binary, codec), rebuild)
      const rdds = (roots[SHAPE] as readonly SpecRow[]).map(([rddId, kind, parents]): RddSpec => ({
        rddId,
        kind,
        parents,
        props: roots[rootOf(rddId, kind)],
      }))
      return { rdds, end: roots[END] as StageEnd }
    },
  }
}

function rootOf(rddId: number, kind: string): string {
  return `${kind} of RDD ${rddId}`
}

/** RDDs and the context live on the driver: a codec is no way out for them. */
function refuseDriverObject(value: object): InstanceRefusal | undefined {
  if (value instanceof BaseRDD) {
    return {
      is: `is RDD ${value.id}, which lives on the driver only`,
      wayOut: 'Collect what is needed first (await rdd.collect()) and capture the plain rows',
    }
  }
  if ('runJob' in value && 'newShuffleId' in value) {
    return {
      is: 'is the context, which lives on the driver only',
      wayOut: 'Take what is needed of it into a constant before the function',
    }
  }
  return undefined
}
