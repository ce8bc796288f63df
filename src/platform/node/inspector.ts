import { Session } from 'node:inspector'
import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import type {
  CallerPosition,
  FunctionInspector,
  InspectedFunction,
  InspectedScope,
  InspectorSession,
  ScriptText,
} from '../inspector.ts'

/** A global property through which values pass to the engine's side and back; there only during a call. */
const exchangeKey = 'troupe.inspector.exchange'
const exchange = `globalThis[Symbol.for(${JSON.stringify(exchangeKey)})]`

interface RemoteProperty {
  readonly name: string
  readonly value?: { readonly objectId?: string; readonly value?: unknown }
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
    if (functions.length === 0) return []
    const box: { functions: readonly object[]; scopes: readonly ScopeList[] } = {
      functions,
      scopes: [],
    }
    const key = Symbol.for(exchangeKey)
    Object.defineProperty(globalThis, key, { value: box, configurable: true })
    try {
      return this.#inspect(box)
    } finally {
      Reflect.deleteProperty(globalThis, key)
    }
  }

  #inspect(box: {
    functions: readonly object[]
    scopes: readonly ScopeList[]
  }): InspectedFunction[] {
    const remotes = box.functions.map((_, index) => {
      const expression = `${exchange}.functions[${String(index)}]`
      const { result } = this.#post('Runtime.evaluate', { expression }) as {
        result: { objectId: string }
      }
      const parameters = { objectId: result.objectId, ownProperties: true }
      return this.#post('Runtime.getProperties', parameters) as RemoteProperties
    })
    const listIds = remotes.map((remote) => internal(remote, '[[Scopes]]')?.objectId)
    // The engine's scope lists, handed to our side as they are: their values keep identity.
    const collect = `function () { ${exchange}.scopes = [...arguments] }`
    const [first] = listIds.filter((id) => id !== undefined)
    if (first !== undefined) {
      this.#post('Runtime.callFunctionOn', {
        objectId: first,
        functionDeclaration: collect,
        arguments: listIds.map((objectId) =>
          objectId === undefined ? { value: null } : { objectId },
        ),
      })
    }
    return remotes.map((remote, index) => inspected(remote, box.scopes[index] ?? null))
  }

  script(scriptId: string): ScriptText {
    const facts = this.#scripts.get(scriptId) ?? this.#learn(scriptId)
    this.#enable()
    const { scriptSource } = this.#post('Debugger.getScriptSource', { scriptId }) as {
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
    if (this.#debugging) this.#post('Debugger.disable')
    this.#debugging = false
    this.#enable()
    this.#session.removeAllListeners('Debugger.scriptParsed')
    return this.#scripts.get(scriptId) ?? { url: '', isModule: false, startLine: 0, startColumn: 0 }
  }

  #enable(): void {
    if (this.#debugging) return
    this.#post('Debugger.enable')
    this.#debugging = true
  }

  /** In-process the answer comes before `post` returns. */
  #post(method: string, parameters?: object): unknown {
    let failure: Error | null = null
    let answer: unknown
    this.#session.post(method, parameters, (error, result) => {
      failure = error
      answer = result
    })
    if (failure !== null) throw failure as Error
    return answer
  }
}

/** V8's array of scopes has no prototype: reach it by index only. */
type ScopeList = {
  readonly length: number
  readonly [index: number]: { readonly description: string; readonly object: object }
} | null

function internal(remote: RemoteProperties, name: string): RemoteProperty['value'] {
  return remote.internalProperties?.find((property) => property.name === name)?.value
}

function inspected(remote: RemoteProperties, list: ScopeList): InspectedFunction {
  const scopes: InspectedScope[] = []
  let globals: object | undefined
  for (let index = 0; index < (list?.length ?? 0); index++) {
    const scope = list?.[index]
    if (scope === undefined) continue
    if (scope.description === 'Global') globals = scope.object
    else scopes.push({ type: scopeType(scope.description), variables: scope.object })
  }
  const location = internal(remote, '[[FunctionLocation]]')?.value as
    { scriptId: string; lineNumber: number; columnNumber: number } | undefined
  const isBound = internal(remote, '[[TargetFunction]]') !== undefined
  if (location === undefined) return { isBound, scopes, globals }
  const { scriptId, lineNumber, columnNumber } = location
  return {
    location: { scriptId, line: lineNumber, column: columnNumber },
    isBound,
    scopes,
    globals,
  }
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
