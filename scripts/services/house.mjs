/**
 * A folder with servers: which there are, where they answer and which processes they are stands in `<kind>.json`, beside what each of
 * them keeps. Several commands may go on in one folder as long as they are about different servers.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

import { readJson, readText } from '../files.mjs'
import { setUp } from '../foreign-programs.mjs'
import { Stop, root, say, since } from '../steps.mjs'
import { end, isOurs, logOf, residentOf, start } from './daemons.mjs'
import { kinds } from './kinds.mjs'

/** @typedef {import('./kinds.mjs').Node} Node */
/** @typedef {Node & { readonly pid?: number }} Known */
/** @typedef {{ port?: number, nodes?: string, flags?: Readonly<Record<string, string>> }} Wish what differs from the usual */
/** @typedef {{ readonly version: string, readonly nodes: readonly Known[] }} State */

/** Where `npm run services` keeps its servers unless it is told another place. */
export const standardFolder = join(
  process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
  'troupe',
  'services',
)

/** @param {string} name */
export const kindOf = (name) => {
  const kind = kinds[name]
  if (kind === undefined) throw new Stop(`'${name}' is none of ${Object.keys(kinds).join(', ')}`)
  return kind
}

/** Which version of a server its pom.xml names first. @param {string} name */
export const versionOf = (name) => {
  const pom = readText(join(root, 'scripts', 'services', name, 'pom.xml')) ?? ''
  const [, version = ''] = /<dependency>[^]*?<version>(.+?)<\/version>/.exec(pom) ?? []
  return version
}

export class House {
  /** @param {string} directory */
  constructor(directory) {
    this.directory = directory
  }

  /** @param {string} name @returns {State | undefined} */
  state(name) {
    return readJson(join(this.directory, `${name}.json`))
  }

  /** Where clients ask, comma-separated. @param {string} name */
  addresses(name) {
    return (this.state(name)?.nodes ?? []).map(({ host, port }) => `${host}:${port}`).join(',')
  }

  /** The kinds of servers that were started here, ever. */
  names() {
    return Object.keys(kinds).filter((name) => this.state(name) !== undefined)
  }

  /**
   * Starts those nodes of a server that don't run, one after another.
   * @param {string} name
   * @param {Wish & { isBrief?: boolean, isQuiet?: boolean }} wish
   */
  async up(name, { port, nodes, flags = {}, isBrief = false, isQuiet = false }) {
    const kind = kindOf(name)
    const place = await setUp(name)
    const version = versionOf(name)
    const known = this.state(name)
    const isOther = port !== undefined && port !== 0 && port !== known?.nodes[0]?.port
    const wanted = {
      directory: this.directory,
      flags,
      ...(port !== undefined && { port }),
      ...(nodes !== undefined && { nodes }),
    }
    if (known !== undefined && (isOther || nodes !== undefined)) {
      const planned = await kind.plan(wanted)
      if (isOther || planned.length !== known.nodes.length) {
        throw new Stop(`${name} is there in another form: npm run services -- wipe ${name}`)
      }
    }
    /** @type {Known[]} */
    const now = [...(known?.nodes ?? (await kind.plan(wanted)))]
    for (const [i, node] of now.entries()) {
      const where = `${node.name} ${version} at ${node.host}:${node.port}`
      if (isOurs(node, node.pid)) {
        if (!isQuiet) say(`${where} runs (pid ${node.pid})`)
        continue
      }
      const startedMs = Date.now()
      await start(kind, node, place, isBrief, (pid) => {
        now[i] = { ...node, pid }
        this.#write(name, { version, nodes: now })
      })
      if (!isQuiet) say(`${where} answers after ${since(startedMs)} (pid ${now[i]?.pid})`)
    }
  }

  /** Ends the processes of a server, the first node last. @param {string} name */
  async down(name) {
    const state = this.state(name)
    if (state === undefined) return
    for (const node of state.nodes.toReversed()) {
      if (await end(node, node.pid)) say(`${node.name} has ended`)
    }
    const nodes = state.nodes.map(({ pid: _, ...node }) => node)
    this.#write(name, { ...state, nodes })
  }

  /** Ends a server and removes what it keeps. @param {string} name */
  async wipe(name) {
    await this.down(name)
    for (const { directory } of this.state(name)?.nodes ?? []) remove(directory)
    remove(join(this.directory, `${name}.json`))
  }

  /** Tells of each node; whether all of them answer. @param {string} name */
  async status(name) {
    const { version, nodes } = this.state(name) ?? { version: '', nodes: [] }
    let isWhole = true
    for (const node of nodes) {
      const { pid } = node
      const runs = pid !== undefined && isOurs(node, pid)
      const answers = runs && (await kindOf(name).isReady(node))
      const memory = pid !== undefined && runs ? `, ${residentOf(pid) ?? '?'} MiB` : ''
      const how = runs ? `${answers ? 'answers' : 'does not answer'}, pid ${pid}${memory}` : 'down'
      say(`${node.name} ${version} at ${node.host}:${node.port}: ${how}; log ${logOf(node)}`)
      isWhole &&= answers
    }
    return isWhole
  }

  /** Ends all that runs here at once, and removes the folder. */
  abandon() {
    for (const name of this.names()) {
      for (const node of this.state(name)?.nodes ?? []) {
        if (node.pid !== undefined && isOurs(node, node.pid)) process.kill(node.pid, 'SIGKILL')
      }
    }
    remove(this.directory)
  }

  /** @param {string} name @param {State} state */
  #write(name, state) {
    mkdirSync(this.directory, { recursive: true })
    writeFileSync(join(this.directory, `${name}.json`), `${JSON.stringify(state, undefined, 2)}\n`)
  }
}

/** @param {string} path */
const remove = (path) =>
  rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
