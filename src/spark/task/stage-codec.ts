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
  heaviestPath,
  rebuildAll,
  unpackGraph,
  type ClosureGraph,
  type HeaviestPath,
} from '../closure/index.ts'
import type { RddSpec } from '../rdd/index.ts'
import type { BatchCodec } from '../shuffle/index.ts'
import { loadConnectors } from './connector-operators.ts'
import { RevivedObjects, refuseDriverObject, standInFor } from './host-objects.ts'
import { isStored, type StorageLevel } from '../storage/index.ts'
import { keptRddsOf, withKeptRdds } from './kept-rdds.ts'
import type { StageEnd, StageWork } from './stage-work.ts'

/** Stages to bytes and back. */
export interface StageCodec {
  /** @throws the TROUPE_CLOSURE_* code of what can't travel, naming the operator */
  pack(work: StageWork): Uint8Array
  unpack(binary: Uint8Array): Promise<StageWork>
  /** What makes a stage that was packed large; to be told, since it is found by packing once more. */
  heaviest?(work: StageWork): HeaviestPath | undefined
}

type SpecRow = readonly [
  rddId: number,
  kind: string,
  parents: readonly number[],
  level: StorageLevel,
]

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
  const toTravel = { replace: standInFor, refuse: refuseDriverObject }
  const rebuild = { modules, compiler: nodeScriptCompiler(), intrinsics: capture.intrinsics }
  const graphOf = ({ rdds, end }: StageWork): ClosureGraph => {
    const shape: SpecRow[] = rdds.map(({ rddId, kind, parents, level }) => [
      rddId,
      kind,
      parents,
      { ...level },
    ])
    const props = rdds.map((spec) => [rootOf(spec.rddId, spec.kind), spec.props] as const)
    const roots = {
      [SHAPE]: shape,
      ...Object.fromEntries(props),
      [END]: end,
    }
    return captureAll(roots, capture, toTravel)
  }
  return {
    heaviest: (work) => heaviestPath(graphOf(work), codec),
    pack: (work) => {
      const kept = work.rdds.filter(({ level }) => isStored(level)).map(({ rddId }) => rddId)
      return withKeptRdds(kept, encodeGraph(graphOf(work), codec))
    },
    unpack: async (binary) => {
      const revived = new RevivedObjects()
      const roots = await rebuildAll(
        unpackGraph(keptRddsOf(binary).packed, codec),
        rebuild,
        revived,
      )
      const rdds = (roots[SHAPE] as readonly SpecRow[]).map(
        ([rddId, kind, parents, level]): RddSpec => ({
          rddId,
          kind,
          parents,
          props: roots[rootOf(rddId, kind)],
          level,
        }),
      )
      const end = roots[END] as StageEnd
      const kinds = rdds.map(({ kind }) => kind)
      await loadConnectors(kinds, end.type === 'result' ? end.action.kind : undefined)
      const { accumulators, broadcasts } = revived
      return { rdds, end, accumulators, broadcasts }
    },
  }
}

function rootOf(rddId: number, kind: string): string {
  return `${kind} of RDD ${rddId}`
}
