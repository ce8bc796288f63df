import type { InspectedFunction } from '../../platform/index.ts'
import type { CapturePass } from './capture-pass.ts'
import { classFields } from './class-capture.ts'
import { captureNames, type CapturedNames, type MoreName } from './name-capture.ts'
import { outerThis } from './outer-this.ts'
import { classSource, edited, type Edit } from './class-source.ts'
import type { CodeUnit, Extra, GraphNode, Slot } from './graph.ts'
import { findReferences, type References } from './references.ts'
import { exportNameOf } from './imports.ts'
import { checkObstacles } from './obstacles.ts'
import type { FunctionFacts, Script } from './script.ts'
import { isClass } from './syntax.ts'
import { describeCulprit, isCapturedByFunction, type Trail } from './trail.ts'
import { extrasOf } from './own-properties.ts'

/** One function or class under capture. */
export interface Subject {
  readonly fn: object
  readonly inspected: InspectedFunction
  readonly script: Script
  readonly facts: FunctionFacts
  /** Of the source that travels. */
  readonly references: References
  readonly trail: Trail
}

/** The row of a function or class. @throws the code that says why when it can't travel */
export function captureCode(
  pass: CapturePass,
  fn: object,
  inspected: InspectedFunction,
  trail: Trail,
): GraphNode {
  const subject = findSource(pass, fn, inspected, trail)
  const { script, facts } = subject
  // The modules of what was handed over must not be imported: loading those may run the program.
  if (!isCapturedByFunction(trail)) pass.localModules.add(script.text.url)
  const exported = exportOf(pass, subject)
  if (exported !== undefined) return exported
  const name = ownName(fn)
  if (isClass(facts.node)) {
    const { skipped, edits, superclass } = classSource(pass, subject, facts.node)
    const references =
      skipped.size === 0 ? subject.references : findReferences(facts.node, true, skipped)
    const reduced = { ...subject, references }
    const more =
      superclass === undefined
        ? undefined
        : {
            name: superclass.name,
            slot: pass.slot(superclass.value, trail, { kind: 'part', name: 'its superclass' }),
            isHeritage: true,
          }
    const [code, slots] = captureSource(pass, reduced, more, edits)
    return ['class', code, name, slots, classFields(pass, reduced, facts.node)]
  }
  const outer = outerThis(pass, subject)
  const [code, slots] = captureSource(pass, subject, outer, outer?.edits ?? [])
  return ['function', code, name, slots, functionExtras(pass, subject)]
}

function captureSource(
  pass: CapturePass,
  subject: Subject,
  more: MoreName | undefined,
  edits: readonly Edit[],
): readonly [code: number, slots: readonly Slot[]] {
  checkObstacles(pass, subject)
  const names = captureNames(pass, subject, more)
  const { inspected, facts } = subject
  const key = JSON.stringify([
    inspected.location?.scriptId,
    facts.node.start,
    names.keptName,
    names.names,
    edits.map(({ start }) => start),
  ])
  return [pass.code(key, () => codeUnit(subject, names, edits)), names.slots]
}

/** @throws the code that says why there is none */
export function findSource(
  pass: CapturePass,
  fn: object,
  inspected: InspectedFunction,
  trail: Trail,
): Subject {
  const what = describeCulprit(trail)
  if (inspected.location === undefined) {
    throw pass.refusal('TROUPE_CLOSURE_NATIVE', trail, {
      what: `${what} is native code without source`,
      wayOut: 'Import it from its module where it is used, or call it from a function of your own',
    })
  }
  const source = pass.tools.kinds.sourceOf(fn)
  const wayOut = 'Declare it in a module of its own and import it'
  let script: Script
  try {
    script = pass.settings.scripts.get(pass.session, inspected.location.scriptId)
  } catch (cause) {
    throw pass.refusal('TROUPE_CLOSURE_SOURCE_MISSING', trail, {
      what: `The source of ${what} can't be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      wayOut,
      cause,
    })
  }
  const facts = script.functionAt(inspected.location, source)
  if (facts !== undefined) {
    return { fn, inspected, script, facts, references: facts.references, trail }
  }
  throw pass.refusal('TROUPE_CLOSURE_SOURCE_MISSING', trail, {
    what: `The source of ${what} is not where the engine says it is`,
    wayOut,
    place: `${script.text.url}:${String(inspected.location.line + 1)}`,
  })
}

/** A reference instead of source, when the function is an export of a module that may be loaded again. */
function exportOf(pass: CapturePass, { fn, script, facts, trail }: Subject): GraphNode | undefined {
  const { url, isModule } = script.text
  if (!url.startsWith('file:') || pass.localModules.has(url)) return undefined
  const common = { url, interop: 'none', variable: describeCulprit(trail) } as const
  if (!isModule) {
    const exporter = pass.tools.resolver.exporterOf(fn, url)
    if (exporter === undefined) return undefined
    const path = exporter.name === undefined ? [] : [exporter.name]
    return ['reference', pass.module({ ...common, via: 'require', path })]
  }
  const [owner] = facts.surroundings.filter(({ type }) => !type.startsWith('Export'))
  if (facts.member !== undefined || owner?.type !== 'Program') return undefined
  const { node } = facts
  const local = 'id' in node ? node.id?.name : undefined
  // Reassigned: what the module exports is another function by now.
  if (local !== undefined && script.assigns(local)) return undefined
  const name = exportNameOf(local, node, script)
  return name === undefined
    ? undefined
    : ['reference', pass.module({ ...common, via: 'import', path: [name] })]
}

function codeUnit(
  { script, facts }: Subject,
  captured: CapturedNames,
  edits: readonly Edit[],
): CodeUnit {
  const { node, member, isStrict } = facts
  const source = script.text.text
  const common = {
    isStrict,
    names: captured.names,
    definition: captured.definition,
    heritage: captured.heritage,
    url: script.text.url,
  }
  if (member !== undefined && !isClass(node)) {
    const modifiers = `${node.async ? 'async ' : ''}${node.generator ? '*' : ''}`
    const kind = member.kind === 'get' ? 'getter' : member.kind === 'set' ? 'setter' : 'method'
    const text = source.slice(node.start, node.end)
    return {
      ...common,
      kind,
      source: text,
      modifiers,
      isNamed: false,
      ...script.positionOf(node.start),
    }
  }
  const id = node.type === 'ArrowFunctionExpression' ? undefined : (node.id ?? undefined)
  const isDropped = id !== undefined && !captured.keptName
  // Its name in the source must mean the captured variable, not the function itself.
  const dropped = isDropped ? [{ start: id.start, end: id.end, text: '' }] : []
  const text = edited(source.slice(node.start, node.end), node.start, [...edits, ...dropped])
  return {
    ...common,
    kind: isClass(node) ? 'class' : 'function',
    source: text,
    modifiers: '',
    isNamed: id !== undefined && !isDropped,
    ...script.positionOf(node.start),
  }
}

/** The name that a function has now. */
export function ownName(fn: object): string {
  const name: unknown = Object.getOwnPropertyDescriptor(fn, 'name')?.value
  return typeof name === 'string' ? name : ''
}

const ownKeys: ReadonlySet<PropertyKey> = new Set([
  'length',
  'name',
  'prototype',
  'arguments',
  'caller',
])

function functionExtras(
  pass: CapturePass,
  { fn, script, facts, trail }: Subject,
): readonly Extra[] {
  const prototype: unknown = Object.getOwnPropertyDescriptor(fn, 'prototype')?.value
  if (typeof prototype === 'object' && prototype !== null) {
    const isChanged = Reflect.ownKeys(prototype).some((key) => key !== 'constructor')
    const parent = Object.getPrototypeOf(prototype) as object | null
    const isDerived =
      parent !== null && !facts.node.type.startsWith('Arrow') && hasOwnParent(parent)
    if (isChanged || isDerived) {
      throw pass.refusal('TROUPE_CLOSURE_PROTOTYPE', trail, {
        what: `${describeCulprit(trail)} is a function whose prototype was changed`,
        wayOut: 'Write it as a class, or import it from a module',
        place: script.place(facts.node.start),
      })
    }
  }
  return extrasOf(pass, fn, trail, (key) => ownKeys.has(key))
}

/** Whether a function's prototype was derived from something that is not built in. */
function hasOwnParent(parent: object): boolean {
  return Object.getPrototypeOf(parent) !== null && !Object.hasOwn(parent, Symbol.toStringTag)
}
