import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { PlatformError } from '../../errors.ts'
import { nodeTypeScriptCompiler } from './compiler.ts'

/** A module as the loader takes it. */
export interface ModuleSource {
  readonly format: 'module' | 'commonjs'
  readonly code: string
}

/** The JavaScript of a module of TypeScript. @throws TROUPE_PLATFORM_SOURCE_INVALID */
export function sourceOfModule(source: string, path: string): ModuleSource {
  const result = nodeTypeScriptCompiler.compile(source)
  if (result.type === 'compiled') {
    return { format: formatOf(result.code, path), code: withoutUnusedImports(result.code) }
  }
  const place = result.type === 'invalid' ? `:${result.line}:${result.column}` : ''
  throw new PlatformError(
    'TROUPE_PLATFORM_SOURCE_INVALID',
    `${path}${place} is no TypeScript: ${result.message}`,
    { data: { path } },
  )
}

/** What is written as an ES module is one, whatever its package says; what isn't is what its package says. */
function formatOf(code: string, path: string): 'module' | 'commonjs' {
  if (path.endsWith('.mts') || /^\s*(?:import|export)\b(?!\s*\()/m.test(code)) return 'module'
  if (path.endsWith('.cts')) return 'commonjs'
  return typeOfPackage(dirname(path)) === 'module' ? 'module' : 'commonjs'
}

function typeOfPackage(folder: string): unknown {
  const manifest = join(folder, 'package.json')
  if (existsSync(manifest)) {
    return (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly type?: unknown }).type
  }
  const above = dirname(folder)
  return above === folder ? undefined : typeOfPackage(above)
}

/**
 * Names that are imported and nowhere used any more once types are blanked were types: the module they come from doesn't export
 * them at run time. They are blanked, as TypeScript leaves them out.
 */
export function withoutUnusedImports(code: string): string {
  const statement = /^([ \t;]*import\s*)((?:[\w$]+\s*,\s*)?\{[^}]*\})(\s*from\s*['"])/gm
  return code.replace(statement, (whole, head: string, names: string, tail: string) => {
    const kept = names.replace(
      /([\w$]+|'[^']*'|"[^"]*")\s+as\s+([\w$]+)\s*,?|([\w$]+)\s*,?/g,
      (part, ...found) => {
        const name = (found[1] ?? found[2]) as string
        return isUsed(name, code) ? part : part.replace(/[^\n]/g, ' ')
      },
    )
    return kept === names ? whole : `${head}${kept}${tail}`
  })
}

/** Used more often than it is named in the import. */
function isUsed(name: string, code: string): boolean {
  const word = new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`, 'g')
  return [...code.matchAll(word)].length > 1
}
