/** Loading of modules by URL; the only door to `import()`. */
export interface ModuleLoader {
  /** The module's namespace. @throws TROUPE_PLATFORM_MODULE_UNLOADABLE */
  load(url: string): Promise<Readonly<Record<string, unknown>>>
}
