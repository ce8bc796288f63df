import type { BoundParts } from '../../platform/index.ts'
import type { CapturePass } from './capture-pass.ts'
import { findSource, ownName } from './function-capture.ts'
import type { GraphNode } from './graph.ts'
import { extrasOf } from './own-properties.ts'
import { captureReceiver, usesOfThis } from './receiver.ts'
import { extend, type Step, type Trail } from './trail.ts'

/** The row of a function that `bind` has made. @throws the code of a part that can't travel */
export function captureBound(
  pass: CapturePass,
  fn: object,
  { target, receiver, args }: BoundParts,
  trail: Trail,
): GraphNode {
  const part = (name: string): Step => ({ kind: 'part', name })
  const own = extend(trail, part('what its `this` is bound to'))
  return [
    'bound',
    ownName(fn),
    pass.slot(target, trail, part('what it is bound from')),
    captureReceiver(pass, receiver, usesIn(pass, target, trail), own),
    args.map((value, i) => pass.slot(value, trail, part(`bound argument ${String(i)}`))),
    extrasOf(pass, fn, trail, (key) => key === 'name' || key === 'length'),
  ]
}

/** Of a target without source nothing is known. */
function usesIn(pass: CapturePass, target: object, trail: Trail): ReturnType<typeof usesOfThis> {
  const [inspected] = pass.session.inspect([target])
  if (inspected?.location === undefined) return undefined
  return usesOfThis(findSource(pass, target, inspected, trail))
}
