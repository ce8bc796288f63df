/** Looking at the files of the repository, with nothing but Node. */
import { readFileSync, readdirSync } from 'node:fs'
import { join, sep } from 'node:path'

/**
 * @param {string} base
 * @param {string} folder inside `base`; one that is missing has no files
 * @param {RegExp} pattern of the wanted files' names
 * @returns {string[]} paths inside `base`, with `/`, sorted
 */
export const filesUnder = (base, folder, pattern) => {
  let entries
  try {
    entries = readdirSync(join(base, folder), { recursive: true, withFileTypes: true })
  } catch {
    return []
  }
  return entries
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(join(base, sep).length))
    .map((path) => path.replaceAll(sep, '/'))
    .sort()
}

/**
 * @param {string} path
 * @returns {string | undefined} nothing when the file can't be read
 */
export const readText = (path) => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** @param {string} path @returns {any} nothing when the file can't be read */
export const readJson = (path) => {
  const text = readText(path)
  return text === undefined ? undefined : JSON.parse(text)
}
