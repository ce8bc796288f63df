/**
 * The rule "each outside package is imported in one adapter file only", checked over all of src.
 * Whoever changes or replaces a package then has one file to read.
 */
import { builtinModules } from 'node:module'

/** Statements that name a module: import, export … from, import(), require. */
const moduleName =
  /^\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?\s*['"]([^'"]+)['"]|\b(?:import|require)\(\s*['"]([^'"]+)['"]/gm

/** @param {string} name such as `@scope/name/sub/path` */
const packageOf = (name) => {
  const [scope = '', rest = ''] = name.split('/')
  return name.startsWith('@') ? `${scope}/${rest}` : scope
}

/**
 * @param {string} text of a source file
 * @returns {Set<string>} the packages it names that are neither its own files nor Node's modules
 */
export const outsidePackages = (text) => {
  const packages = new Set()
  for (const [, declared, called] of text.matchAll(moduleName)) {
    const name = declared ?? called ?? ''
    if (/^[./#]|^(node|file|data):/.test(name)) continue
    const owner = packageOf(name)
    if (owner && !builtinModules.includes(owner)) packages.add(owner)
  }
  return packages
}

/**
 * The packages that more than one file names, as lines for the reader.
 * @param {Iterable<readonly [path: string, text: string]>} files
 */
export const spreadPackages = (files) => {
  /** @type {Map<string, string[]>} package → the files that name it */
  const importers = new Map()
  for (const [path, text] of files) {
    for (const name of outsidePackages(text)) {
      importers.set(name, [...(importers.get(name) ?? []), path])
    }
  }
  return [...importers]
    .filter(([, paths]) => paths.length > 1)
    .map(([name, paths]) => `${name} is imported in ${paths.join(', ')}: keep it to one adapter`)
    .sort()
}
