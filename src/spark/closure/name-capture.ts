import type { Binding } from './bindings.ts'
import type { CapturePass } from './capture-pass.ts'
import type { Subject } from './function-capture.ts'
import type { Slot } from './graph.ts'
import { importRequestOf } from './imports.ts'
import { checkInitialised } from './initialisation.ts'
import type { FreeName } from './references.ts'
import type { Resolved } from './script.ts'
import { sessionOf, type SessionScope } from './session-scope.ts'
import { extend, type Trail } from './trail.ts'

/** What a function's free names turned out to be. */
export interface CapturedNames {
  readonly names: readonly string[]
  readonly slots: readonly Slot[]
  /** See `CodeUnit`. */
  readonly definition: readonly number[]
  readonly heritage: number
  /** Whether the name that the source gives the function may stay in it. */
  readonly keptName: boolean
}

/** A name that the source was given for something that has none in it. */
export interface MoreName {
  readonly name: string
  readonly slot: Slot
  /** Whether the superclass expression reads it. */
  readonly isHeritage: boolean
}

/** Finds a slot for each free name that another process does not have by itself. */
export function captureNames(pass: CapturePass, subject: Subject, more?: MoreName): CapturedNames {
  const names: string[] = []
  const slots: Slot[] = []
  const heritage: number[] = []
  const definition: number[] = []
  let keptName = true
  if (more !== undefined) {
    const at = names.push(more.name) - 1
    if (more.isHeritage) heritage.push(at)
    slots.push(more.slot)
  }
  for (const free of subject.references.names) {
    const resolved = subject.script.resolve(free.name, subject.facts)
    if (resolved !== undefined && isOwnDeclaration(free, resolved, subject)) {
      // The function's own name: it stays in the source, unless the variable holds something else by now.
      if (valueOf(free.name, subject)?.value === subject.fn && free.assignedAt === undefined)
        continue
      keptName = false
    }
    const trail = extend(subject.trail, { kind: 'variable', name: free.name })
    const slot = captureName(pass, subject, free, resolved, trail)
    if (slot === undefined) continue
    if (free.isRead === 'in heritage') heritage.push(names.length)
    else if (free.isRead === 'in definition') definition.push(names.length)
    names.push(free.name)
    slots.push(slot)
  }
  return {
    names,
    slots,
    definition: [...heritage, ...definition],
    heritage: heritage.length,
    keptName,
  }
}

function isOwnDeclaration(free: FreeName, { binding }: Resolved, { facts }: Subject): boolean {
  return binding.kind === 'function' && binding.node === facts.node && free.name !== ''
}

function captureName(
  pass: CapturePass,
  subject: Subject,
  free: FreeName,
  resolved: Resolved | undefined,
  trail: Trail,
): Slot | undefined {
  const found = valueOf(free.name, subject)
  if (free.assignedAt !== undefined) refuseAssignment(pass, subject, free, trail)
  if (resolved === undefined) {
    if (found === undefined) return checkGlobal(pass, subject, free, trail)
    const session = sessionOf(found.variables)
    if (session !== undefined) return captureSessionName(pass, subject, free, found, session, trail)
    return nodeName(pass, subject, free, found.value, trail) ?? pass.slot(found.value, trail)
  }
  const imported = captureImport(pass, subject, free, resolved.binding, trail)
  if (imported !== undefined) return imported
  if (found === undefined) {
    throw pass.refusal('TROUPE_CLOSURE_SCOPE_MISSING', trail, {
      what: `The engine no longer has the variable ${free.name}`,
      wayOut: 'Pass it on through a constant beside the function',
      place: subject.script.place(free.offset),
    })
  }
  if (found.value === undefined) checkInitialised(pass, subject, free, resolved, trail)
  return pass.slot(found.value, trail)
}

interface Found {
  readonly value: unknown
  /** Of the scope that has it. */
  readonly variables: object
}

/** The innermost variable of this name that the function sees. */
function valueOf(name: string, { inspected }: Subject): Found | undefined {
  for (const { variables } of inspected.scopes) {
    if (!Object.hasOwn(variables, name)) continue
    // Of a session, a variable without a value would throw.
    const isThere = sessionOf(variables)?.isInitialised(name) ?? true
    return { value: isThere ? Reflect.get(variables, name) : undefined, variables }
  }
  return undefined
}

/** A variable of a shell's session, which another line has declared. */
function captureSessionName(
  pass: CapturePass,
  { script }: Subject,
  { name, offset }: FreeName,
  { value }: Found,
  session: SessionScope,
  trail: Trail,
): Slot {
  if (!session.isInitialised(name)) {
    throw pass.refusal('TROUPE_CLOSURE_UNINITIALISED', trail, {
      what: `${name} has no value yet where the function is captured`,
      wayOut: 'Declare it in a line before this one',
      place: script.place(offset),
    })
  }
  const imported = session.importOf(name)
  if (imported === undefined) return pass.slot(value, trail)
  return pass.module({ ...imported, interop: 'none', variable: `${name} from ${imported.url}` })
}

function refuseAssignment(
  pass: CapturePass,
  { script }: Subject,
  free: FreeName,
  trail: Trail,
): never {
  throw pass.refusal('TROUPE_CLOSURE_ASSIGNED', trail, {
    what: `${free.memberAssignedAt === free.assignedAt ? `A member of ${free.name}` : free.name} is assigned inside the function, but each task has a copy of its own: the assignment would be lost`,
    wayOut:
      'Return the value, or use an accumulator; for scratch space declare it inside the function',
    place: script.place(free.assignedAt ?? free.offset),
  })
}

function captureImport(
  pass: CapturePass,
  { script }: Subject,
  free: FreeName,
  binding: Binding,
  trail: Trail,
): Slot | undefined {
  const request = importRequestOf(free.name, binding, script)
  if (request === undefined) return undefined
  const { specifier, via, path, interop } = request
  const { resolver } = pass.tools
  const url =
    via === 'import'
      ? resolver.import(specifier, script.text.url)
      : resolver.require(specifier, script.text.url)
  if (url === undefined) {
    throw pass.refusal('TROUPE_CLOSURE_MODULE_UNRESOLVED', trail, {
      what: `The module ${JSON.stringify(specifier)} that ${free.name} comes from is not found from ${script.text.url}`,
      wayOut: 'Import it by a path or a package that Node itself finds',
      place: script.place(binding.node.start),
    })
  }
  return pass.module({ url, via, path, interop, variable: `${free.name} from ${specifier}` })
}

/** What Node gives each CommonJS module. */
function nodeName(
  pass: CapturePass,
  subject: Subject,
  free: FreeName,
  value: unknown,
  trail: Trail,
): Slot | undefined {
  const { script, inspected } = subject
  const isWrapped = inspected.scopes.some(({ variables }) => Object.hasOwn(variables, free.name))
  if (script.text.isModule || !isWrapped || !script.text.url.startsWith('file:')) return undefined
  switch (free.name) {
    case 'require':
      return pass.row(['require', script.text.url], trail)
    case 'exports':
      // What an ES module exports as a variable is such a member once it is compiled to CommonJS.
      if (free.memberAssignedAt !== undefined) {
        refuseAssignment(pass, subject, { ...free, assignedAt: free.memberAssignedAt }, trail)
      }
      if (free.members === undefined || typeof value !== 'object' || value === null)
        return undefined
      return pass.partial(value, free.members, trail)
    default:
      return undefined
  }
}

/** A name that no scope has: a global. Undefined when the other side has it too, or neither has. */
function checkGlobal(
  pass: CapturePass,
  { script, inspected }: Subject,
  free: FreeName,
  trail: Trail,
): undefined {
  const { intrinsics } = pass.tools
  const isOwn = (name: string): boolean =>
    !intrinsics.isGlobalName(name) && inspected.globals !== undefined && name in inspected.globals
  const isAll = free.name === 'globalThis' || free.name === 'global'
  const culprit = isAll ? [...(free.members ?? [])].find(isOwn) : free.name
  if (culprit === undefined || !isOwn(culprit)) return undefined
  throw pass.refusal('TROUPE_CLOSURE_GLOBAL', trail, {
    what: `${culprit} is a global that this program added, and other processes don't have it`,
    wayOut: `Copy it into a constant: const ${culprit} = globalThis.${culprit}; in a REPL declare it with const`,
    place: script.place(free.offset),
  })
}
