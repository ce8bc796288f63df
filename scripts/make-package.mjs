/**
 * Makes the folder that is packed and installed: `build/src` put together to few files, with its types, and what else
 * `package.json` names. Everything in it is of the same copy: modules that are found by URL (threads, processes, registered
 * behaviors) stand at the paths that they have in the build, and each module finds them as it does there.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

import { filesUnder, readJson, readText } from './files.mjs'
import { Stop, root, say, since } from './steps.mjs'

const source = join(root, 'build', 'src')

export const packageFolder = join(root, 'build', 'package')

const stampOf = () => readText(join(root, 'build', '.stamp')) ?? ''

/** What is in no package: how it is made. */
const OWN = ['scripts', 'devDependencies', 'overrides']

/**
 * Makes the package of the build that is there, unless it was made of the same.
 * @param {string} [folder] inside the build, so that its dependencies are found
 */
export const makePackage = async (folder = packageFolder) => {
  const stamp = stampOf()
  if (stamp !== '' && readText(join(folder, '.stamp')) === stamp) return
  const startedMs = Date.now()
  rmSync(folder, { recursive: true, force: true })
  await bundle(join(folder, 'build', 'src'))
  for (const path of filesUnder(source, '.', /\.d\.ts$/)) {
    mkdirSync(dirname(join(folder, 'build', 'src', path)), { recursive: true })
    cpSync(join(source, path), join(folder, 'build', 'src', path))
  }
  const manifest = readJson(join(root, 'package.json'))
  for (const path of [...manifest.files, 'README.md', 'LICENSE']) {
    if (path !== 'build/src') cpSync(join(root, path), join(folder, path), { recursive: true })
  }
  const kept = Object.entries(manifest).filter(([key]) => !OWN.includes(key))
  const text = JSON.stringify(Object.fromEntries(kept), undefined, 2)
  writeFileSync(join(folder, 'package.json'), `${text}\n`)
  writeFileSync(join(folder, '.stamp'), stamp)
  say(`package made in ${since(startedMs)}`)
}

/** @param {string} target */
const bundle = async (target) => {
  // Loaded here, since nothing may be installed when this file is.
  const { rollup } = await import('rollup')
  const { default: ts } = await import('typescript')
  const entries = entriesOf(filesUnder(source, '.', /\.js$/))
  const made = await rollup({
    input: Object.fromEntries(
      entries.map((path) => [path.replace(/\.js$/, ''), join(source, path)]),
    ),
    external: (name) => !/^[./]/.test(name),
    // Modules as they are: what is in them does not cost much, but each of them would.
    treeshake: false,
    onwarn: () => undefined,
    plugins: [
      {
        name: 'as-built',
        load: (path) => ({
          code: readFileSync(path, 'utf8'),
          map: readJson(`${path}.map`),
        }),
        transform: (code) => withoutComments(ts, code),
        resolveImportMeta: (property, { chunkId, moduleId }) => {
          if (property !== 'url') return null
          const path = relative(dirname(chunkId), relative(source, moduleId))
          return `new URL(${JSON.stringify(path)}, import.meta.url).href`
        },
      },
    ],
  })
  const { output } = await made.write({
    dir: target,
    format: 'es',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    minifyInternalExports: false,
    sourcemap: true,
  })
  await made.close()
  for (const file of output) {
    const renamed = file.type === 'chunk' && /^class (\w+)\$\d+\b/m.exec(file.code)?.[1]
    if (renamed) throw new Stop(`two classes are called ${renamed}: names are told, rename one`)
  }
}

/**
 * A module without its comments, which the types keep, and with escapes in its texts: every thread holds the source of all that it
 * has loaded, in two bytes a character where one of them is not Latin-1.
 * @param {typeof import('typescript')} ts
 * @param {string} built
 */
const withoutComments = (ts, built) => {
  const { outputText, sourceMapText } = ts.transpileModule(built, {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ESNext,
      removeComments: true,
      sourceMap: true,
    },
  })
  const code = outputText
    .replace(/^\/\/# sourceMappingURL=.*$/m, '')
    .replace(/[^\0-\xff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return { code, map: sourceMapText ?? null }
}

/**
 * The modules that are found by their paths: those that `package.json` names, and those that others find by URL.
 * @param {readonly string[]} paths inside the build's `src`
 */
const entriesOf = (paths) => {
  const { exports, bin } = readJson(join(root, 'package.json'))
  const named = [...Object.values(exports).map((one) => one.default), ...Object.values(bin)]
  const entries = new Set(
    named.flatMap((path) => (path === undefined ? [] : [relative(source, join(root, path))])),
  )
  for (const path of paths) {
    const text = readText(join(source, path)) ?? ''
    if (/\bregistered\(import\.meta\.url\b/.test(text)) entries.add(path)
    for (const [, name = ''] of text.matchAll(/new URL\('([^']+\.js)', import\.meta\.url\)/g)) {
      const found = join(dirname(path), name)
      if (existsSync(join(source, found))) entries.add(found)
    }
  }
  return [...entries].sort()
}
