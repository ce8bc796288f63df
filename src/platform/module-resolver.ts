/** Finds the module that a specifier means, without loading it. */
export interface ModuleResolver {
  /**
   * The URL that `import … from 'specifier'` means in the module at `parentUrl`: a `file:` or `node:` URL, or
   * `undefined` when nothing is found. Follows Node's algorithm with the conditions node and import.
   * Loaders registered by the user are not asked.
   */
  import(specifier: string, parentUrl: string): string | undefined
  /** The URL that `require('specifier')` means in the module at `parentUrl`; `undefined` when not found. */
  require(specifier: string, parentUrl: string): string | undefined
  /** The program's entry module; `undefined` for a REPL or `-e`. */
  entryUrl(): string | undefined
  /**
   * Where the loaded CommonJS module at `url` exports `value`: as a whole (`name` is absent) or as an own data
   * property of its exports; `undefined` when it does not, or is no such module.
   */
  exporterOf(value: object, url: string): { readonly name?: string } | undefined
}
