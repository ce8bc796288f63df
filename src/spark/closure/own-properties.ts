import type { CapturePass } from './capture-pass.ts'
import {
  configurable,
  enumerable,
  ordinary,
  writable,
  type Extra,
  type Integrity,
} from './graph.ts'
import { describeCulprit, extend, type Trail } from './trail.ts'

/** Own properties apart from those that `isKnown` says are in the row already. */
export function extrasOf(
  pass: CapturePass,
  value: object,
  trail: Trail,
  isKnown: (key: PropertyKey) => boolean = () => false,
): readonly Extra[] {
  const extras: Extra[] = []
  for (const key of Reflect.ownKeys(value)) {
    if (!isKnown(key)) extras.push(extraOf(pass, key, ownData(pass, value, key, trail), trail))
  }
  return extras
}

export function extraOf(
  pass: CapturePass,
  key: PropertyKey,
  descriptor: PropertyDescriptor,
  trail: Trail,
): Extra {
  const step = { kind: 'property', key } as const
  const held = pass.slot(descriptor.value, trail, step)
  return [pass.slot(key, trail, step), held, flagsOf(descriptor)]
}

/** The descriptor of a data property. @throws TROUPE_CLOSURE_ACCESSOR for a getter or setter */
export function ownData(
  pass: CapturePass,
  value: object,
  key: PropertyKey,
  trail: Trail,
): PropertyDescriptor {
  const descriptor = Object.getOwnPropertyDescriptor(value, key)
  if (descriptor !== undefined && 'value' in descriptor) return descriptor
  const culprit = extend(trail, { kind: 'property', key })
  throw pass.refusal('TROUPE_CLOSURE_ACCESSOR', culprit, {
    what: `${describeCulprit(culprit)} is an accessor (a getter or setter), not a value`,
    wayOut: 'Capture its value: const value = object.member',
  })
}

/** A descriptor's flags as bits. */
export function flagsOf({
  writable: w,
  enumerable: e,
  configurable: c,
}: PropertyDescriptor): number {
  return (
    (w === true ? writable : 0) | (e === true ? enumerable : 0) | (c === true ? configurable : 0)
  )
}

/** What an ordinary member's flags have become under each level of integrity. */
export const flagsUnder: Readonly<Record<Integrity, number>> = {
  0: ordinary,
  1: ordinary,
  2: writable | enumerable,
  3: enumerable,
}

/** How far the object is closed. */
export function integrityOf(value: object): Integrity {
  if (Object.isExtensible(value)) return 0
  if (Object.isFrozen(value)) return 3
  return Object.isSealed(value) ? 2 : 1
}
