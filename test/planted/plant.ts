import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import ts from 'typescript'

import type { PlantedBug } from './bugs.ts'

/** From build/test/planted. */
const root = fileURLToPath(new URL('../../../', import.meta.url))
const built = join(root, 'build', 'src')

/** The text of the file with the defect in it. Throws if it can't be planted any more. */
export function planted(bug: PlantedBug): string {
  let text = readFileSync(join(root, 'src', bug.file), 'utf8')
  for (const { find, replace } of bug.edits) {
    const parts = text.split(find)
    if (parts.length !== 2) {
      throw new Error(
        `${bug.name}: '${find}' stands ${String(parts.length - 1)} times in src/${bug.file}, and must stand there once: bring test/planted/bugs.ts up to date`,
      )
    }
    text = parts.join(replace)
  }
  return text
}

/** The same as JavaScript, as the build makes it. */
export function plantedScript(bug: PlantedBug): string {
  const { outputText } = ts.transpileModule(planted(bug), {
    fileName: bug.file,
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  })
  return outputText
}

/** Makes a copy of the build with the defect in it, in place of an earlier one; returns its folder. */
export function plant(bug: PlantedBug): string {
  const folder = join(root, 'build', 'planted', bug.name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  cpSync(built, folder, { recursive: true, filter: (path) => !/\.(d\.ts|map)$/.test(path) })
  writeFileSync(join(folder, bug.file.replace(/\.ts$/, '.js')), plantedScript(bug))
  return folder
}

export function uproot(bug: PlantedBug): void {
  rmSync(join(root, 'build', 'planted', bug.name), { recursive: true, force: true })
}
