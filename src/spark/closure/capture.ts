import type {
  FunctionInspector,
  InspectorSession,
  Intrinsics,
  ModuleResolver,
  ValueKinds,
} from '../../platform/index.ts'
import { CapturePass } from './capture-pass.ts'
import { defaultCodecs, type CodecRegistry } from './codecs.ts'
import { ClosureError } from './errors.ts'
import type { ClosureGraph } from './graph.ts'
import { ScriptCache } from './script.ts'

/** What a capture needs of the platform. */
export interface CaptureTools {
  readonly inspector: FunctionInspector
  readonly intrinsics: Intrinsics
  readonly resolver: ModuleResolver
  readonly kinds: ValueKinds
}

/** What travels in the place of a host's own object, such as a broadcast or an accumulator. */
export interface StandIn {
  /** What the reviver on the other side is called with; the host's word for the kind of object. */
  readonly name: string
  /** Anything that a closure may capture. */
  readonly data: unknown
}

export interface CaptureOptions {
  /** What error messages call the function; default: its root name. */
  readonly label?: string
  /**
   * URLs of modules that must not be loaded on the other side, since loading them runs the program: their
   * functions and classes travel by source. The entry module is always among them, and so are the modules of
   * the functions handed over (as roots, or in their data). Give the application's main module here when
   * something else is the entry, such as a launcher.
   */
  readonly localModules?: readonly string[]
  /** Asked first for every object and function that is captured; undefined leaves it to the rules. */
  readonly replace?: (value: object) => StandIn | undefined
  /** What to say of an instance that the host knows not to travel; undefined leaves it to the rules. */
  readonly refuse?: (value: object) => InstanceRefusal | undefined
  readonly codecs?: CodecRegistry
}

/** How the host words the refusal of one of its own objects. */
export interface InstanceRefusal {
  /** Follows the name of the variable: `is the SparkContext, which lives on the driver only`. */
  readonly is: string
  readonly wayOut: string
}

const caches = new WeakMap<FunctionInspector, ScriptCache>()

/**
 * Captures a function with all that it reaches, as plain data under the root name `function`.
 *
 * Synchronous: values are those of this moment. Bytes of captured buffers are not copied, so pack before
 * they change. Costs about 60 µs a function, and 3–40 ms for the first function of a script.
 *
 * @throws TROUPE_CLOSURE_NOT_A_FUNCTION, and the code for whatever can't travel
 */
export function captureFunction(
  fn: unknown,
  tools: CaptureTools,
  options: CaptureOptions = {},
): ClosureGraph {
  if (typeof fn !== 'function') {
    const what = fn === null ? 'null' : typeof fn
    throw new ClosureError(
      'TROUPE_CLOSURE_NOT_A_FUNCTION',
      `Only a function can be captured, but ${options.label ?? 'the value'} is ${what}`,
      { data: { given: what } },
    )
  }
  return captureAll({ function: fn }, tools, options)
}

/**
 * Captures several functions, or other values, in one pass: what they share they still share on the other
 * side. The keys of `roots` are the graph's root names.
 *
 * @throws the code for whatever can't travel
 */
export function captureAll(
  roots: Readonly<Record<string, unknown>>,
  tools: CaptureTools,
  options: CaptureOptions = {},
): ClosureGraph {
  const session = openSession(tools.inspector)
  try {
    const pass = new CapturePass(session, tools, {
      scripts: cacheOf(tools.inspector),
      codecs: options.codecs ?? defaultCodecs,
      replace: options.replace,
      refuse: options.refuse,
      localModules: new Set(options.localModules),
    })
    return pass.run(
      Object.entries(roots).map(([name, value]) => ({ name, value, label: options.label ?? name })),
    )
  } finally {
    session.close()
  }
}

function cacheOf(inspector: FunctionInspector): ScriptCache {
  let cache = caches.get(inspector)
  if (cache === undefined) {
    cache = new ScriptCache()
    caches.set(inspector, cache)
  }
  return cache
}

function openSession(inspector: FunctionInspector): InspectorSession {
  try {
    return inspector.open()
  } catch (cause) {
    throw new ClosureError(
      'TROUPE_CLOSURE_INSPECTOR_FORBIDDEN',
      "Functions can't be captured: this process must not use V8's inspector. Start Node without " +
        '--experimental-permission (or --permission), and with a build that has the inspector',
      { cause },
    )
  }
}
