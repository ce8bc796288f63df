import { capturedNames, functionSyntax, type FunctionSyntax } from '../closure/index.ts'
import type { Merge, Reduction } from './expression.ts'
import {
  filterKernel,
  keyByKernel,
  partsKernel,
  projectionKernel,
  valuesKernel,
  type Kernel,
} from './kernels.ts'
import type { Names } from './scope.ts'
import { mergeOf, partsOfFunction, predicateOf, projectionOf, reductionOf } from './shapes.ts'

/** The property of a task that is `false` when no function of its job is to be recognised. */
export const RECOGNITION_KEY = 'spark.troupe.recognition'

/** The operators whose functions may be recognised. */
export type OperatorKind = 'filter' | 'flatMap' | 'keyBy' | 'map' | 'mapValues'

type UserFunction = (...args: never[]) => unknown

const kernels = new Map<OperatorKind, WeakMap<UserFunction, Kernel | null>>()
const merges = new WeakMap<UserFunction, Merge | null>()
const reductions = new WeakMap<UserFunction, Reduction | null>()

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

/** How a function of two values merges numbers, if it is of a shape that is known; remembered. */
export function recogniseMerge(f: UserFunction): Merge | undefined {
  const known = merges.get(f)
  if (known !== undefined) return known ?? undefined
  const made = read(f, mergeOf)
  merges.set(f, made ?? null)
  return made
}

/** How a function of two rows makes one of them, if it is of a shape that is known; remembered. */
export function recogniseReduction(f: UserFunction): Reduction | undefined {
  const known = reductions.get(f)
  if (known !== undefined) return known ?? undefined
  const made = read(f, reductionOf)
  reductions.set(f, made ?? null)
  return made
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
