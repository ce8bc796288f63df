import { Session } from 'node:inspector'
import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { post } from './inspector-post.ts'
import { OuterThis } from './outer-this.ts'
import type {
  BoundParts,
  CallerPosition,
  CodeLocation,
  FunctionInspector,
  InspectedFunction,
  InspectedScope,
  InspectorSession,
  ScriptText,
} from '../inspector.ts'

/** A global property through which values pass to the engine's side and back; there only during a call. */
const exchangeKey = 'troupe.inspector.exchange'
const exchange = `globalThis[Symbol.for(${JSON.stringify(exchangeKey)})]`

interface RemoteValue {
  readonly objectId?: string
  readonly value?: unknown
  /** What JSON has no word for, such as `-0`. */
  readonly unserializableValue?: string
}

interface RemoteProperty {
  readonly name: string
  readonly value?: RemoteValue
}

interface RemoteProperties {
  readonly result: readonly RemoteProperty[]
  readonly internalProperties?: readonly RemoteProperty[]
}

type ScriptFacts = Omit<ScriptText, 'text'>

/**
 * Looks into functions through V8's inspector, in this thread. Sessions of one turn are one: to connect and disconnect takes as long as
 * to look into a function.
 */
export function nodeFunctionInspector(): FunctionInspector {
  const scripts = new Map<string, ScriptFacts>()
  let shared: NodeInspectorSession | undefined
  let users = 0
  const endUnused = (): void => {
    if (users > 0) return
    shared?.disconnect()
    shared = undefined
  }
  return {
    open() {
      const session = (shared ??= NodeInspectorSession.connect(scripts))
      users += 1
      return {
        inspect: (functions) => session.inspect(functions),
        outerThis: (arrow) => session.outerThis(arrow),
        script: (scriptId) => session.script(scriptId),
        close: () => {
          users -= 1
          queueMicrotask(endUnused)
        },
      }
    },
    callers,
  }
}

class NodeInspectorSession implements Omit<InspectorSession, 'close'> {
  readonly #session: Session
  readonly #scripts: Map<string, ScriptFacts>
  #debugging = false
  #outerThis: OuterThis | undefined

  static connect(scripts: Map<string, ScriptFacts>): NodeInspectorSession {
    const session = new Session()
    session.connect()
    return new NodeInspectorSession(session, scripts)
  }

  private constructor(session: Session, scripts: Map<string, ScriptFacts>) {
    this.#session = session
    this.#scripts = scripts
  }

  inspect(functions: readonly object[]): readonly InspectedFunction[] {
    const subjects = functions.map((fn) => new Subject(fn, places.get(fn)))
    const unknown = subjects.filter(({ place }) => place === undefined)
    if (unknown.length > 0) exchanging((box) => this.#ask(unknown, box))
    const findScopes = (subject: Subject): Scopes => {
      if (subject.scopes === undefined) exchanging((box) => this.#collect(subject, subjects, box))
      return (subject.scopes ??= scopesOf(null))
    }
    return subjects.map((subject) => inspected(subject, findScopes))
  }

  /** What the engine says of each: where its code stands, and what to ask for its scopes by. */
  #ask(subjects: readonly Subject[], box: Box): void {
    box.functions = subjects.map(({ fn }) => fn)
    subjects.forEach((subject, index) => {
      const expression = `${exchange}.functions[${String(index)}]`
      const { result } = post(this.#session, 'Runtime.evaluate', { expression }) as {
        result: { objectId: string }
      }
      const parameters = { objectId: result.objectId, ownProperties: true }
      const remote = post(this.#session, 'Runtime.getProperties', parameters) as RemoteProperties
      subject.listId = internal(remote, '[[Scopes]]')?.objectId
      if (subject.place !== undefined) return
      subject.bound = this.#boundParts(remote, box)
      subject.place = placeOf(remote)
      if (subject.bound === undefined) places.set(subject.fn, subject.place)
    })
  }

  /** The scopes of one, and of the others that were asked about with it. */
  #collect(wanted: Subject, subjects: readonly Subject[], box: Box): void {
    if (wanted.listId === undefined) this.#ask([wanted], box)
    if (wanted.listId === undefined) return
    const listed = subjects.filter(({ listId }) => listId !== undefined)
    // The engine's scope lists, handed to our side as they are: their values keep identity.
    post(this.#session, 'Runtime.callFunctionOn', {
      objectId: wanted.listId,
      functionDeclaration: `function () { ${exchange}.scopes = [...arguments] }`,
      arguments: listed.map(({ listId: objectId }) => ({ objectId })),
    })
    listed.forEach((subject, index) => {
      subject.scopes ??= scopesOf(box.scopes[index] ?? null)
    })
  }

  #boundParts(remote: RemoteProperties, box: Box): BoundParts | undefined {
    const target = internal(remote, '[[TargetFunction]]')
    if (target?.objectId === undefined) return undefined
    const [receiver, args] = ['[[BoundThis]]', '[[BoundArgs]]'].map((name) =>
      internal(remote, name),
    )
    post(this.#session, 'Runtime.callFunctionOn', {
      objectId: target.objectId,
      functionDeclaration: `function () { ${exchange}.bound = [...arguments] }`,
      arguments: [target, receiver, args].map(argumentOf),
    })
    const [fn, bound, rest] = box.bound as readonly [
      object,
      unknown,
      ArrayLike<unknown> | undefined,
    ]
    return { target: fn, receiver: bound, args: Array.from(rest ?? []) }
  }

  outerThis(arrow: (...args: never) => unknown): { readonly value: unknown } | undefined {
    this.#enable()
    return (this.#outerThis ??= new OuterThis(this.#session)).of(arrow)
  }

  script(scriptId: string): ScriptText {
    const facts = this.#scripts.get(scriptId) ?? this.#learn(scriptId)
    this.#enable()
    const { scriptSource } = post(this.#session, 'Debugger.getScriptSource', { scriptId }) as {
      scriptSource: string
    }
    return { ...facts, text: scriptSource }
  }

  disconnect(): void {
    this.#session.disconnect()
  }

  /** Enabling the debugger names every script the engine holds, one event each. */
  #learn(scriptId: string): ScriptFacts {
    this.#session.on('Debugger.scriptParsed', ({ params }) => {
      this.#scripts.set(params.scriptId, {
        url: params.url,
        isModule: params.isModule ?? false,
        startLine: params.startLine,
        startColumn: params.startColumn,
      })
    })
    if (this.#debugging) post(this.#session, 'Debugger.disable')
    this.#debugging = false
    this.#enable()
    this.#session.removeAllListeners('Debugger.scriptParsed')
    return this.#scripts.get(scriptId) ?? { url: '', isModule: false, startLine: 0, startColumn: 0 }
  }

  #enable(): void {
    if (this.#debugging) return
    post(this.#session, 'Debugger.enable')
    this.#debugging = true
  }
}

/** V8's array of scopes has no prototype: reach it by index only. */
type ScopeList = {
  readonly length: number
  readonly [index: number]: { readonly description: string; readonly object: object }
} | null

/** What one look into functions hands over. */
interface Box {
  functions: readonly object[]
  scopes: readonly ScopeList[]
  bound: readonly unknown[]
}

/** A value of the engine's as an argument of a call there. */
function argumentOf({ objectId, unserializableValue, value }: RemoteValue = {}): object {
  if (objectId !== undefined) return { objectId }
  return unserializableValue === undefined ? { value } : { unserializableValue }
}

function internal(remote: RemoteProperties, name: string): RemoteProperty['value'] {
  return remote.internalProperties?.find((property) => property.name === name)?.value
}

/** Functions never move: what was found once is not asked for again. */
const places = new WeakMap<object, Place>()

interface Place {
  /** Undefined for native and bound functions. */
  readonly location: CodeLocation | undefined
}

interface Scopes {
  readonly scopes: readonly InspectedScope[]
  readonly globals: object | undefined
}

/** One function that is looked into. */
class Subject {
  readonly fn: object
  place: Place | undefined
  /** Of the engine's list of its scopes. */
  listId: string | undefined
  scopes: Scopes | undefined
  bound: BoundParts | undefined

  constructor(fn: object, place: Place | undefined) {
    this.fn = fn
    this.place = place
    this.listId = undefined
    this.scopes = undefined
    this.bound = undefined
  }
}

function exchanging(use: (box: Box) => void): void {
  const box: Box = { functions: [], scopes: [], bound: [] }
  const key = Symbol.for(exchangeKey)
  Object.defineProperty(globalThis, key, { value: box, configurable: true })
  try {
    use(box)
  } finally {
    Reflect.deleteProperty(globalThis, key)
  }
}

function placeOf(remote: RemoteProperties): Place {
  const location = internal(remote, '[[FunctionLocation]]')?.value as
    { scriptId: string; lineNumber: number; columnNumber: number } | undefined
  if (location === undefined) return { location }
  const { scriptId, lineNumber: line, columnNumber: column } = location
  return { location: { scriptId, line, column } }
}

/** Many functions take nothing from their scopes: these are asked for when they are looked at. */
function inspected(subject: Subject, find: (subject: Subject) => Scopes): InspectedFunction {
  const { place, bound } = subject
  return {
    ...(place?.location === undefined ? {} : { location: place.location }),
    ...(bound === undefined ? {} : { bound }),
    get scopes() {
      return find(subject).scopes
    },
    get globals() {
      return find(subject).globals
    },
  }
}

function scopesOf(list: ScopeList): Scopes {
  const scopes: InspectedScope[] = []
  let globals: object | undefined
  for (let index = 0; index < (list?.length ?? 0); index++) {
    const scope = list?.[index]
    if (scope === undefined) continue
    if (scope.description === 'Global') globals = scope.object
    else scopes.push({ type: scopeType(scope.description), variables: scope.object })
  }
  return { scopes, globals }
}

/** "Closure (name)" says which function; the type is enough. */
function scopeType(description: string): string {
  const parenthesis = description.indexOf(' (')
  return parenthesis < 0 ? description : description.slice(0, parenthesis)
}

function callers(): readonly CallerPosition[] {
  const { stackTraceLimit } = Error
  const prepare: unknown = Reflect.get(Error, 'prepareStackTrace')
  try {
    Error.stackTraceLimit = 200
    Error.prepareStackTrace = (_, sites) => sites
    const holder: { stack?: unknown } = {}
    Error.captureStackTrace(holder, callers)
    return (holder.stack as NodeJS.CallSite[]).map((site) => ({
      url: urlOf(site.getFileName() ?? ''),
      line: (site.getLineNumber() ?? 0) - 1,
      column: (site.getColumnNumber() ?? 0) - 1,
    }))
  } finally {
    Error.stackTraceLimit = stackTraceLimit
    // Assigning undefined would not bring back the engine's own formatting in every release.
    if (prepare === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace')
    else Reflect.set(Error, 'prepareStackTrace', prepare)
  }
}

/** CommonJS modules are named by path here and by URL in the inspector. */
function urlOf(name: string): string {
  return isAbsolute(name) ? pathToFileURL(name).href : name
}
