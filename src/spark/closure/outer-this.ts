import type { CapturePass } from './capture-pass.ts'
import type { Edit } from './class-source.ts'
import type { Subject } from './function-capture.ts'
import type { MoreName } from './name-capture.ts'
import { captureReceiver } from './receiver.ts'
import { eachChild, isClass, isFunction, type AnyNode } from './syntax.ts'
import { describeCulprit, extend } from './trail.ts'

/** As long as `this`, so that columns stay. */
const NAMES = ['$its', '$own', '$we_', '$it_']

/** The `this` of the code around an arrow function: a name in its place, and what that stands for. */
export interface OuterThis extends MoreName {
  readonly edits: readonly Edit[]
}

/**
 * What an arrow function takes along of the `this` around it; undefined when it uses none.
 *
 * @throws TROUPE_CLOSURE_OUTER_THIS, TROUPE_CLOSURE_ASSIGNED, and the code of what can't travel
 */
export function outerThis(pass: CapturePass, subject: Subject): OuterThis | undefined {
  const { fn, script, facts, references } = subject
  const [first] = references.outerThis
  if (first === undefined) return undefined
  const trail = extend(subject.trail, { kind: 'variable', name: 'this' })
  const assigned = references.outerThis.find(({ isAssigned }) => isAssigned)
  if (assigned !== undefined) {
    throw pass.refusal('TROUPE_CLOSURE_ASSIGNED', trail, {
      what: 'A member of `this` is assigned inside the function, but each task has a copy of its own: the assignment would be lost',
      wayOut: 'Return the value, or use an accumulator',
      place: script.place(assigned.offset),
    })
  }
  const { node } = facts
  const canBeAsked =
    'params' in node && !runsCode(node.params, CALLS) && !runsCode([node.body], CLASSES)
  const found = canBeAsked ? pass.session.outerThis(fn as (...args: never) => unknown) : undefined
  // Elsewhere that may also say that the engine has not found it.
  const mayBeNothing = script.text.isModule && !facts.surroundings.some(hasOwnThis)
  if (found === undefined || (found.value === undefined && !mayBeNothing)) {
    throw pass.refusal('TROUPE_CLOSURE_OUTER_THIS', trail, {
      what: `${describeCulprit(subject.trail)} uses \`this\` of the code around it, which the engine does not tell here`,
      wayOut: 'Copy what it needs into a constant before it: const value = this.value',
      place: script.place(first.offset),
    })
  }
  const name = unusedName(script.text.text.slice(node.start, node.end))
  // Each place once, whatever it takes.
  const offsets = new Set(references.outerThis.map(({ offset }) => offset))
  const edits = [...offsets].map((start) => ({ start, end: start + 'this'.length, text: name }))
  const slot = captureReceiver(pass, found.value, references.outerThis, trail)
  return { name, slot, isHeritage: false, edits }
}

/**
 * Whether something of these kinds stands there, outside of functions. The engine stops a function at the first place where it can:
 * behind a class that is declared first, and in parameters at a call, which is not reached when it belongs to a default.
 */
function runsCode(parts: readonly AnyNode[], kinds: ReadonlySet<AnyNode['type']>): boolean {
  const pending = [...parts]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (kinds === CALLS && node.type === 'Property' && node.computed) return true
    if (kinds.has(node.type)) return true
    if (!isFunction(node)) eachChild(node, (child) => pending.push(child))
  }
  return false
}

const CLASSES: ReadonlySet<AnyNode['type']> = new Set(['ClassDeclaration'])

const CALLS: ReadonlySet<AnyNode['type']> = new Set([
  'CallExpression',
  'NewExpression',
  'TaggedTemplateExpression',
  'ImportExpression',
  'AwaitExpression',
  'ClassExpression',
])

function hasOwnThis(node: AnyNode): boolean {
  return isClass(node) || (isFunction(node) && node.type !== 'ArrowFunctionExpression')
}

function unusedName(source: string): string {
  let name = NAMES.find((each) => !source.includes(each)) ?? '$this'
  while (source.includes(name)) name += '_'
  return name
}
