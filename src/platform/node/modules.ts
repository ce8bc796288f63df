import { PlatformError, systemReason } from '../errors.ts'
import type { ModuleLoader } from '../modules.ts'

/** Node's `import()`. */
export const nodeModules: ModuleLoader = {
  async load(url) {
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
