import type { CapturePass } from './capture-pass.ts'
import { findSource, type Subject } from './function-capture.ts'
import type { Slot } from './graph.ts'
import { findReferences, type ThisUse } from './references.ts'
import { standardInstance } from './standard-instances.ts'
import { isClass } from './syntax.ts'
import { describeCulprit, extend, type Trail } from './trail.ts'

/**
 * What becomes the `this` of a function. An instance of a class that has no codec gives the members alone that are used of it,
 * and those that its methods among them use, with the values of now; everything else travels as a whole.
 *
 * @param uses undefined where nothing is known of them
 * @throws the code of what can't travel
 */
export function captureReceiver(
  pass: CapturePass,
  value: unknown,
  uses: readonly ThisUse[] | undefined,
  trail: Trail,
): Slot {
  if (uses === undefined || !isBareInstance(pass, value)) return pass.slot(value, trail)
  const members = new Set<string>()
  const open = [...uses]
  for (let use = open.pop(); use !== undefined; use = open.pop()) {
    // As a whole it is refused, or is what it was made of on the way to its codec.
    if (use.members === undefined) return pass.slot(value, trail)
    for (const member of use.members) {
      if (members.has(member)) continue
      members.add(member)
      open.push(...usesOfMember(pass, memberOf(pass, value, member, trail), member, trail))
    }
  }
  return pass.partial(value, members, trail)
}

/** The uses of its own `this` that a function makes; undefined when it is a class. */
export function usesOfThis({ facts }: Subject): readonly ThisUse[] | undefined {
  const { node, isStrict } = facts
  if (isClass(node)) return undefined
  // That of the code around an arrow is no concern of who calls it.
  if (node.type === 'ArrowFunctionExpression') return []
  return findReferences(node, isStrict, new Set(), true).outerThis
}

/** A method is called on what it was taken from. */
function usesOfMember(
  pass: CapturePass,
  value: unknown,
  member: string,
  trail: Trail,
): readonly ThisUse[] {
  if (typeof value !== 'function' || pass.tools.intrinsics.pathOf(value) !== undefined) return []
  const [inspected] = pass.session.inspect([value])
  if (inspected?.location === undefined) return []
  const method = extend(trail, { kind: 'property', key: member })
  return usesOfThis(findSource(pass, value, inspected, method)) ?? []
}

function memberOf(pass: CapturePass, value: object, member: string, trail: Trail): unknown {
  try {
    return Reflect.get(value, member)
  } catch (cause) {
    const culprit = extend(trail, { kind: 'property', key: member })
    throw pass.refusal('TROUPE_CLOSURE_ACCESSOR', culprit, {
      what: `${describeCulprit(culprit)} is an accessor that throws where the function is captured`,
      wayOut: 'Copy what the function needs into a constant before it',
      cause,
    })
  }
}

/** Of a class of the program's, and nothing more. */
function isBareInstance(pass: CapturePass, value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  if (pass.tools.kinds.kindOf(value) !== 'object') return false
  const prototype = Object.getPrototypeOf(value) as object | null
  if (prototype === null || pass.tools.intrinsics.pathOf(prototype) !== undefined) return false
  if (pass.settings.codecs.of(prototype) !== undefined) return false
  if (pass.settings.replace?.(value) !== undefined) return false
  return (
    standardInstance(value, prototype) === undefined && pass.settings.refuse?.(value) === undefined
  )
}
