/** Reading the repository's own files, for tests that hold the documents against the sources. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's folder, seen from the compiled test in build/test/docs. */
export const root: string = fileURLToPath(new URL('../../../', import.meta.url))

/** The text of a file of the repository. */
export const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** Paths of the files below a folder whose names end so, sorted; none when there is no such folder. */
export const filesIn = (folder: string, ending: string): readonly string[] =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith(ending))
        .map((path) => join(folder, path))
        .sort()
    : []
