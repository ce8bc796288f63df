import { capturedNames, functionSyntax, type FunctionSyntax } from '../closure/index.ts'
import type { Fold, Projection, Reduction } from './expression.ts'
import { mergingFromFirst, mergingFromZero, type Zero } from './folding.ts'
import {
  filterKernel,
  keyByKernel,
  partsKernel,
  projectionKernel,
  valuesKernel,
  type Kernel,
} from './kernels.ts'
import type { Merging } from './merge.ts'
import { foldOf, reductionOf } from './merge-shapes.ts'
import type { Names } from './scope.ts'
import { partsOfFunction, predicateOf, projectionOf } from './shapes.ts'

/** The property of a task that is `false` when no function of its job is to be recognised. */
export const RECOGNITION_KEY = 'spark.troupe.recognition'

/** The operators whose functions may be recognised. */
export type OperatorKind = 'filter' | 'flatMap' | 'keyBy' | 'map' | 'mapValues'

type UserFunction = (...args: never[]) => unknown

/** The functions that make one combiner of the values of a key. */
export interface Combining {
  readonly createCombiner: UserFunction
  readonly mergeValue: UserFunction
  readonly mergeCombiners: UserFunction
  /** What `createCombiner` has `mergeValue` fold a first value into, if that is so, and these are numbers. */
  readonly zero?: Zero | undefined
}

const kernels = new Map<OperatorKind, WeakMap<UserFunction, Kernel | null>>()
const reductions = new WeakMap<UserFunction, Reduction | null>()
const folds = new WeakMap<UserFunction, Fold | null>()
const projections = new WeakMap<UserFunction, Projection | null>()

/** The kernel of a function under an operator, if it is of a shape that is known; remembered. */
export function recognise(kind: OperatorKind, f: UserFunction): Kernel | undefined {
  let known = kernels.get(kind)
  if (known === undefined) kernels.set(kind, (known = new WeakMap()))
  const kernel = known.get(f)
  if (kernel !== undefined) return kernel ?? undefined
  const made = kernelOf(kind, f)
  known.set(f, made ?? null)
  return made
}

/** How a function of two rows makes one of them, if it is of a shape that is known; remembered. */
export function recogniseReduction(f: UserFunction): Reduction | undefined {
  return remembered(reductions, f, reductionOf)
}

/** How functions that combine the values of a key do so, if they are of shapes that are known and go together. */
export function recogniseCombining(functions: Combining): Merging | undefined {
  const { createCombiner, mergeValue, mergeCombiners, zero } = functions
  const fold = remembered(folds, mergeValue, foldOf)
  const reduction = recogniseReduction(mergeCombiners)
  if (fold === undefined || reduction === undefined) return undefined
  if (zero !== undefined) return mergingFromZero(fold, reduction, zero)
  const created = remembered(projections, createCombiner, projectionOf)
  return created && mergingFromFirst(fold, reduction, created)
}

function kernelOf(kind: OperatorKind, f: UserFunction): Kernel | undefined {
  switch (kind) {
    case 'filter': {
      const predicate = read(f, predicateOf)
      return predicate === undefined ? undefined : filterKernel(predicate)
    }
    case 'flatMap': {
      const parts = read(f, partsOfFunction)
      return parts === undefined ? undefined : partsKernel(parts)
    }
    case 'keyBy': {
      const projection = read(f, projectionOf)
      return projection === undefined ? undefined : keyByKernel(projection)
    }
    case 'map': {
      const projection = read(f, projectionOf)
      return projection === undefined ? undefined : projectionKernel(projection)
    }
    case 'mapValues': {
      const projection = read(f, projectionOf)
      return projection === undefined ? undefined : valuesKernel(projection)
    }
  }
}

function read<Shape>(
  f: UserFunction,
  reader: (syntax: FunctionSyntax, names: Names) => Shape | undefined,
): Shape | undefined {
  const syntax = functionSyntax(f)
  return syntax === undefined ? undefined : reader(syntax, capturedNames(f))
}

function remembered<Shape>(
  known: WeakMap<UserFunction, Shape | null>,
  f: UserFunction,
  reader: (syntax: FunctionSyntax, names: Names) => Shape | undefined,
): Shape | undefined {
  const shape = known.get(f)
  if (shape !== undefined) return shape ?? undefined
  const made = read(f, reader)
  known.set(f, made ?? null)
  return made
}
