import { PlatformError, systemReason } from '../errors.ts'
import type { ModuleLoader } from '../modules.ts'
import { loadTypeScript } from './typescript/loader.ts'

/** Node's `import()`, which learns TypeScript with the first module of it. */
export const nodeModules: ModuleLoader = {
  async load(url) {
    if (/\.[cm]?ts(?:[?#]|$)/.test(url)) loadTypeScript()
    try {
      return (await import(url)) as Readonly<Record<string, unknown>>
    } catch (cause) {
      throw new PlatformError(
        'TROUPE_PLATFORM_MODULE_UNLOADABLE',
        `The module ${url} can't be loaded (${systemReason(cause)}): give the URL of a module that exists here and runs without error.`,
        { cause, data: { url } },
      )
    }
  },
}
