import type { CapturePass } from './capture-pass.ts'
import type { Subject } from './function-capture.ts'
import type { Extra } from './graph.ts'
import { isMadeAgain } from './class-source.ts'
import type { AnyNode, ClassSyntax } from './syntax.ts'
import { describeCulprit } from './trail.ts'
import { extrasOf } from './own-properties.ts'

/**
 * The values of a class's static fields now: its definition runs again on the other side, and these replace
 * what it gives.
 *
 * @throws TROUPE_CLOSURE_PROTOTYPE when members were added outside its definition, TROUPE_CLOSURE_ASSIGNED for a private
 * static that is assigned
 */
export function classFields(
  pass: CapturePass,
  subject: Subject,
  node: ClassSyntax,
): readonly Extra[] {
  const { fn, script, trail } = subject
  const what = describeCulprit(trail)
  const place = script.place(node.start)
  const instance = membersOf(node, false)
  const prototype = Object.getOwnPropertyDescriptor(fn, 'prototype')?.value as object
  const added = Reflect.ownKeys(prototype).find(
    (key) => !instance.has(key) && key !== 'constructor',
  )
  if (added !== undefined && !instance.has(computed)) {
    throw pass.refusal('TROUPE_CLOSURE_PROTOTYPE', trail, {
      what: `The class ${what} was given the member ${String(added)} after its definition`,
      wayOut: 'Define it in the class, or import the class from a module',
      place,
    })
  }
  const assigned = privateStatics(node).find((name) => isAssigned(name, script.text.text, node))
  if (assigned !== undefined) {
    throw pass.refusal('TROUPE_CLOSURE_ASSIGNED', trail, {
      what: `The class ${what} assigns to its private static #${assigned}, which each copy would have for itself`,
      wayOut: 'Use an accumulator, or import the class from a module',
      place,
    })
  }
  const statics = membersOf(node, true)
  const isDefined = (key: PropertyKey): boolean => {
    if (key === 'length' || key === 'name' || key === 'prototype') return true
    if (statics.has(key)) return true
    const descriptor = Object.getOwnPropertyDescriptor(fn, key)
    if (isMadeAgain(pass, descriptor?.value, initialiserOf(key, node), subject)) return true
    // Methods and accessors under computed names come with the definition.
    return descriptor?.enumerable === false && statics.has(computed)
  }
  return extrasOf(pass, fn, trail, isDefined)
}

const computed: unique symbol = Symbol('computed')

/** Names of methods and accessors; `computed` when some are not known from the source. */
function membersOf(node: ClassSyntax, isStatic: boolean): ReadonlySet<PropertyKey> {
  const names = new Set<PropertyKey>()
  for (const member of node.body.body) {
    if (member.type !== 'MethodDefinition' || member.static !== isStatic) continue
    if (member.computed) names.add(computed)
    else if (member.key.type === 'Identifier') names.add(member.key.name)
    else if (member.key.type === 'Literal') names.add(String(member.key.value))
  }
  return names
}

function initialiserOf(key: PropertyKey, node: ClassSyntax): AnyNode | undefined {
  for (const member of node.body.body) {
    if (member.type !== 'PropertyDefinition' || !member.static || member.computed) continue
    if (member.key.type === 'Identifier' && member.key.name === key)
      return member.value ?? undefined
  }
  return undefined
}

function privateStatics(node: ClassSyntax): readonly string[] {
  return node.body.body.flatMap((member) =>
    member.type === 'PropertyDefinition' && member.static && member.key.type === 'PrivateIdentifier'
      ? [member.key.name]
      : [],
  )
}

/** A look at the text is enough: `#name` before an assignment can only be a member. */
function isAssigned(name: string, text: string, node: ClassSyntax): boolean {
  const body = text.slice(node.start, node.end)
  const use = `\\.#${name.replaceAll('$', '\\$')}\\s*`
  return new RegExp(
    `${use}(?:[-+*/%&|^]|\\*\\*|<<|>>>?|&&|\\|\\||\\?\\?)?=(?!=)|${use}(?:\\+\\+|--)|(?:\\+\\+|--)[\\w.]*${use}`,
  ).test(body)
}
