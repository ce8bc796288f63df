/** Where a program has called the engine. */
export interface CallSite {
  /** `count at program.ts:12`; the method alone where nothing of the program is on the stack. */
  readonly short: string
  /** The method, and below it the program's own frames, a line each. */
  readonly long: string
}

/** What is on the stack, and with all above it none of the caller's business. */
export type Caller = (abstract new (...args: never[]) => unknown) | ((...args: never[]) => unknown)

/** Frames that are looked at: a few of ours, and the program's below them. */
const DEPTH = 20

const FRAME = /^\s*at (?:async )?(?:(.*?) \()?(.*?):(\d+):\d+\)?$/

/** The local properties that stand for what is on the stack, by Spark's names. */
export const CALL_SITE_SHORT = 'callSite.short'
export const CALL_SITE_LONG = 'callSite.long'

/** Where our own code lies, as it runs and as source maps name it. */
const OWN: readonly string[] = [...ownFolders(), ...mappedFolders()]

function ownFolders(): readonly string[] {
  const { pathname } = new URL('../../', import.meta.url)
  return [pathname, decodeURIComponent(pathname)]
}

/** Of the place that this line has on a stack, the folders of the rooms: beside them there may be a program's own. */
function mappedFolders(): readonly string[] {
  const here: { stack?: string } = {}
  Error.captureStackTrace(here)
  const place = /(?:\(|file:\/\/|at )(\/[^()]*\/)spark\/rdd\/call-site\.[jt]s:/
  const found = place.exec(here.stack ?? '')?.[1]
  return found === undefined ? [] : ['spark/', 'actors/', 'platform/'].map((room) => found + room)
}

/**
 * Who calls the engine now, below `above` on the stack; read when it is asked for. `method` is said where the stack names none
 * of ours.
 */
export function captureCallSite(method: string, above?: Caller): CallSite {
  const { stackTraceLimit } = Error
  const holder: { stack?: string } = {}
  Error.stackTraceLimit = DEPTH
  Error.captureStackTrace(holder, above)
  // As text: as long as it is none, V8 holds on to every function and receiver of it.
  const { stack = '' } = holder
  Error.stackTraceLimit = stackTraceLimit
  return new StackCallSite(stack, method)
}

class StackCallSite implements CallSite {
  readonly #stack: string
  readonly #method: string
  #read: CallSite | undefined

  constructor(stack: string, method: string) {
    this.#stack = stack
    this.#method = method
  }

  get short(): string {
    return (this.#read ??= callSiteOf(this.#stack, this.#method)).short
  }

  get long(): string {
    return (this.#read ??= callSiteOf(this.#stack, this.#method)).long
  }
}

/** Reads a stack. `own`: the beginnings of paths that are ours. */
export function callSiteOf(stack: string, method: string, own: readonly string[] = OWN): CallSite {
  let called = method
  let short: string | undefined
  const long: string[] = []
  for (const line of stack.split('\n')) {
    const match = FRAME.exec(line)
    if (match === null) continue
    const [, name = '', location = '', number = ''] = match
    if (location.startsWith('node:')) continue
    // What was made of text says where it was made, too.
    const path = location.replace(/^.*\), /, '').replace(/^file:\/\//, '')
    if (own.some((beginning) => path.startsWith(beginning))) {
      if (short === undefined) called = methodOf(name) ?? called
      continue
    }
    short ??= `${called} at ${path.slice(path.lastIndexOf('/') + 1)}:${number}`
    long.push(line.trim().replace(/^at /, ''))
  }
  return { short: short ?? called, long: [called, ...long].join('\n') }
}

/** The method in `MapRDD.count`, `new MapRDD` or `SparkContext.#run [as run]`; undefined for what has no name. */
function methodOf(name: string): string | undefined {
  const alias = / \[as ([^\]]+)\]$/.exec(name)?.[1]
  const last = (alias ?? name).replace(/^new /, '').split('.').at(-1) ?? ''
  return /^[\w$]+$/.test(last) ? last : undefined
}
