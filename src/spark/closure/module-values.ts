import type { ModuleLoader } from '../../platform/index.ts'
import { ClosureError } from './errors.ts'
import type { ModuleReference } from './graph.ts'

type Namespace = Readonly<Record<string, unknown>>

/**
 * The values that references stand for, in their order; each module is loaded once.
 *
 * @throws TROUPE_CLOSURE_MODULE_UNLOADABLE, TROUPE_CLOSURE_EXPORT_MISSING
 */
export async function loadReferences(
  references: readonly ModuleReference[],
  modules: ModuleLoader,
): Promise<readonly unknown[]> {
  const urls = [...new Set(references.map(({ url }) => url))]
  const loaded = await Promise.all(
    urls.map(async (url) => [url, await load(url, references, modules)] as const),
  )
  const namespaces = new Map(loaded)
  return references.map((reference) => valueOf(reference, namespaces.get(reference.url) ?? {}))
}

async function load(
  url: string,
  references: readonly ModuleReference[],
  modules: ModuleLoader,
): Promise<Namespace> {
  try {
    return await modules.load(url)
  } catch (cause) {
    const variable = references.find((reference) => reference.url === url)?.variable ?? ''
    throw new ClosureError(
      'TROUPE_CLOSURE_MODULE_UNLOADABLE',
      `The module ${url} that the function imports (${variable}) can't be loaded on this executor: ` +
        `${innermost(cause)}. It must be at the same path there; ` +
        'ship it with the application, or install it on each machine',
      { cause, data: { url, variable } },
    )
  }
}

function valueOf(reference: ModuleReference, namespace: Namespace): unknown {
  let value: unknown = namespace
  if (reference.via === 'require')
    value = withInterop(exportsOf(reference.url, namespace), reference)
  for (const member of reference.path) {
    if (!has(value, member)) throw missing(reference, namespace)
    value = (value as Namespace)[member]
  }
  return value
}

/** `module.exports` as `import()` shows it; an ES module that was required is its namespace. */
function exportsOf(url: string, namespace: Namespace): unknown {
  return 'default' in namespace && !url.endsWith('.mjs') ? namespace['default'] : namespace
}

/** @see TypeScript's emit helpers `__importDefault` and `__importStar` */
function withInterop(exports: unknown, { interop }: ModuleReference): unknown {
  if (interop === 'none' || (has(exports, '__esModule') && (exports as Namespace)['__esModule'])) {
    return exports
  }
  if (interop === 'default') return { default: exports }
  const members = typeof exports === 'object' || typeof exports === 'function' ? exports : {}
  return { ...members, default: exports }
}

function has(value: unknown, member: string): boolean {
  if (value === null || value === undefined) return false
  return member in (Object(value) as object)
}

function missing({ url, path, variable }: ModuleReference, namespace: Namespace): ClosureError {
  const name = path.join('.')
  return new ClosureError(
    'TROUPE_CLOSURE_EXPORT_MISSING',
    `The module ${url} has no export ${name} on this executor (${variable}); it has ` +
      `${Object.keys(namespace).slice(0, 10).join(', ') || 'none'}. Both sides need the same version of it`,
    { data: { url, export: name, variable } },
  )
}

/** What the module itself failed with, below what the loader made of it. */
function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? innermost(error.cause) : error.message
}
