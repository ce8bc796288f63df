import type { Intrinsics, ModuleLoader, ScriptCompiler } from '../../platform/index.ts'
import { ClosureError } from './errors.ts'
import type { ClosureGraph } from './graph.ts'
import { loadReferences } from './module-values.ts'
import { RebuildPass } from './rebuild-pass.ts'

/** What rebuilding needs of the platform. */
export interface RebuildTools {
  readonly modules: ModuleLoader
  readonly compiler: ScriptCompiler
  readonly intrinsics: Intrinsics
}

export interface RebuildOptions {
  /** Makes the host's own object of the stand-in that `CaptureOptions.replace` gave. */
  readonly revive?: (name: string, data: unknown) => unknown
}

/**
 * Makes what was captured again, under its root names.
 *
 * Modules are loaded first, all of them before any captured code runs; then functions are made, then links
 * set, then classes defined and instances decoded in the order they need each other. Nothing is shared with the
 * graph: its bytes are copied, so it may be rebuilt again. About 10 µs a function.
 *
 * @throws TROUPE_CLOSURE_MODULE_UNLOADABLE, TROUPE_CLOSURE_EXPORT_MISSING, TROUPE_CLOSURE_INTRINSIC_MISSING when this side
 * lacks something; TROUPE_CLOSURE_CODEC_FAILED; TROUPE_CLOSURE_GRAPH_INVALID for what is no closure
 */
export async function rebuildAll(
  graph: ClosureGraph,
  tools: RebuildTools,
  options: RebuildOptions = {},
): Promise<Readonly<Record<string, unknown>>> {
  checkVersion(graph)
  const imports = await loadReferences(graph.modules, tools.modules)
  return new RebuildPass(graph, imports, tools, options).run()
}

/**
 * Makes the function of `captureFunction` again.
 *
 * @throws as {@link rebuildAll}
 */
export async function rebuildFunction<Fn extends (...args: never) => unknown>(
  graph: ClosureGraph,
  tools: RebuildTools,
  options: RebuildOptions = {},
): Promise<Fn> {
  const { function: fn } = await rebuildAll(graph, tools, options)
  if (typeof fn !== 'function') {
    throw new ClosureError(
      'TROUPE_CLOSURE_GRAPH_INVALID',
      'The graph holds no function under the name "function"; rebuild it with rebuildAll',
    )
  }
  return fn as Fn
}

function checkVersion(graph: unknown): void {
  const version: unknown =
    typeof graph === 'object' && graph !== null ? Reflect.get(graph, 'version') : null
  if (version === 1) return
  throw new ClosureError(
    'TROUPE_CLOSURE_GRAPH_INVALID',
    `This is no closure of version 1 (its version is ${String(version)}); both sides need the same version of Troupe`,
    { data: { version: String(version) } },
  )
}
