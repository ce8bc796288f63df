import type { CapturePass } from './capture-pass.ts'
import type { Subject } from './function-capture.ts'
import { importRequestOf } from './imports.ts'
import { isFunction, type AnyNode, type ClassSyntax } from './syntax.ts'

/** A part of a source that is replaced before it travels. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** What of a class's source travels. */
export interface ClassSource {
  /** Parts that the edits take out. */
  readonly skipped: ReadonlySet<AnyNode>
  readonly edits: readonly Edit[]
  /** The name under which the superclass is captured, and the class itself. */
  readonly superclass: { readonly name: string; readonly value: object } | undefined
}

/**
 * A class is defined again on the other side, from its source, but what its definition computed here is
 * taken as it is: the superclass (`extends mixin(Base)` would need names that the engine does not keep), and
 * the values of static fields.
 */
export function classSource(pass: CapturePass, subject: Subject, node: ClassSyntax): ClassSource {
  const skipped = new Set<AnyNode>()
  const edits: Edit[] = []
  const { superClass } = node
  let superclass: ClassSource['superclass']
  const parent = Object.getPrototypeOf(subject.fn) as object | null
  if (superClass && parent !== null && !isNull(superClass) && !isImported(superClass, subject)) {
    superclass = { name: unusedName(subject, node), value: parent }
    skipped.add(superClass)
    edits.push({ start: superClass.start, end: superClass.end, text: superclass.name })
  }
  for (const member of replacedFields(pass, subject, node)) {
    if (!member.value) continue
    skipped.add(member.value)
    edits.push({ start: member.key.end, end: member.value.end, text: '' })
  }
  return { skipped, edits, superclass }
}

type FieldSyntax = Extract<AnyNode, { type: 'PropertyDefinition' }>

/** Applies edits; what gets shorter is filled with blanks, so that lines and columns stay. */
export function edited(source: string, offset: number, edits: readonly Edit[]): string {
  let text = source
  for (const edit of [...edits].sort((a, b) => b.start - a.start)) {
    const [from, to] = [edit.start - offset, edit.end - offset]
    const blanks = text.slice(from + edit.text.length, Math.max(to, from + edit.text.length))
    text = text.slice(0, from) + edit.text + blanks.replace(/[^\r\n]/g, ' ') + text.slice(to)
  }
  return text
}

function isNull(node: AnyNode): boolean {
  return node.type === 'Literal' && node.value === null
}

/** An imported superclass travels as the import. */
function isImported(node: AnyNode, { script, facts }: Subject): boolean {
  const root = node.type === 'MemberExpression' ? node.object : node
  if (root.type !== 'Identifier') return false
  const resolved = script.resolve(root.name, facts)
  return (
    resolved !== undefined && importRequestOf(root.name, resolved.binding, script) !== undefined
  )
}

function unusedName({ script }: Subject, node: ClassSyntax): string {
  const source = script.text.text.slice(node.start, node.end)
  let name = '$super'
  while (source.includes(name)) name += '_'
  return name
}

/**
 * The static fields whose values travel in the place of their initialisers. None when something else runs in the
 * definition, which could read them.
 */
function replacedFields(
  pass: CapturePass,
  subject: Subject,
  node: ClassSyntax,
): readonly FieldSyntax[] {
  const replaced: FieldSyntax[] = []
  for (const member of node.body.body) {
    if (member.type === 'StaticBlock') return []
    if (member.type !== 'PropertyDefinition' || !member.static || !member.value) continue
    if (isFunction(member.value)) continue
    if (member.computed || member.key.type !== 'Identifier') return []
    // `static name = …` takes the place of the function's own property.
    if (member.key.name === 'name' || member.key.name === 'length') return []
    const value: unknown = Object.getOwnPropertyDescriptor(subject.fn, member.key.name)?.value
    if (isMadeAgain(pass, value, member.value, subject)) return []
    replaced.push(member)
  }
  return replaced
}

/**
 * Whether a static field's initialiser gives the same on the other side: `static zero = new Vector(0, 0)`, and functions,
 * whose `this` may be the class.
 */
export function isMadeAgain(
  pass: CapturePass,
  value: unknown,
  initialiser: AnyNode | undefined,
  { fn, script }: Subject,
): boolean {
  if (initialiser === undefined) return false
  if (typeof value === 'function') {
    const source = script.text.text.slice(initialiser.start, initialiser.end)
    return isFunction(initialiser) && pass.tools.kinds.sourceOf(value) === source
  }
  if (typeof value !== 'object' || value === null) return false
  const isOwn = Object.getPrototypeOf(value) === Reflect.get(fn, 'prototype')
  return isOwn && initialiser.type === 'NewExpression'
}
