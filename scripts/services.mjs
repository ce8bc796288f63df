/**
 * `npm run services -- up kafka cassandra`: real servers on loopback, out of packages, with Java 17 and Maven.
 *
 *   up <server…> [--port=9092] [--nodes=3] [--directory=…]   starts what does not run
 *   status [server…]   down [server…]   wipe [server…]       of all that were started, where none is named
 *
 * They go on until `down`; `wipe` removes what they keep, too. `--port=0` takes any free port; an address stays the same until `wipe`.
 *
 * `run <server> […] [--while=pid]`: one with what it keeps in a temporary folder, until this is interrupted or its standard
 * input ends, or that process does. Prints `host:port` once it answers.
 * `share <server> […] --while=pid`: the same one for all that ask with the same pid, while that process lives; prints where it is.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { readText } from './files.mjs'
import { whatJavaLacks } from './foreign-programs.mjs'
import { House, kindOf, standardFolder } from './services/house.mjs'
import { Stop, endWithStarter, isAlive, runEntry, say } from './steps.mjs'

const LOOK_EVERY_MS = 200
const SHARE_LIMIT_MS = 10 * 60_000

const [command, ...rest] = process.argv.slice(2)

/** What the command line says, read by {@link readArguments}. */
const asked = {
  /** @type {string[]} */
  names: [],
  directory: standardFolder,
  /** @type {string | undefined} */
  pid: undefined,
  /** @type {import('./services/house.mjs').Wish} */
  wish: {},
}

const readArguments = () => {
  /** @type {Record<string, string>} */
  const given = {}
  for (let i = 0; i < rest.length; i += 1) {
    const argument = rest[i] ?? ''
    const [, flag, value] = /^--([\w-]+)(?:=(.*))?$/s.exec(argument) ?? []
    if (flag === undefined) asked.names.push(argument)
    else if (value !== undefined) given[flag] = value
    else given[flag] = rest[(i += 1)] ?? ''
  }
  const { port, nodes, directory = standardFolder, while: pid, ...flags } = given
  const known = asked.names.flatMap((name) => kindOf(name).flags)
  for (const flag of Object.keys(flags)) {
    if (known.includes(flag)) continue
    throw new Stop(`--${flag} is no option of '${[command, ...asked.names].join(' ')}'`)
  }
  if (port !== undefined && !/^\d{1,5}$/.test(port)) throw new Stop(`--port ${port} is no port`)
  asked.directory = resolve(directory)
  asked.pid = pid
  asked.wish = {
    flags,
    ...(port !== undefined && { port: Number(port) }),
    ...(nodes !== undefined && { nodes }),
  }
}

const up = async (/** @type {House} */ house) => {
  const { names, wish } = asked
  if (names.length === 0) throw new Stop('up what? npm run services -- up kafka cassandra')
  const results = await Promise.allSettled(names.map((name) => house.up(name, wish)))
  for (const result of results) if (result.status === 'rejected') throw result.reason
  for (const name of names) {
    process.stdout.write(`export TROUPE_${name.toUpperCase()}=${house.addresses(name)}\n`)
  }
  return 0
}

/** The one server that is asked for. */
const onlyName = () => {
  const [name, another] = asked.names
  if (name === undefined || another !== undefined) throw new Stop(`${command} takes one server`)
  return name
}

/** Whether the process lives for which a server runs, if there is one. */
const isWanted = () => asked.pid === undefined || isAlive(Number(asked.pid))

/** Until nobody wants it any more. @param {string} folder @param {(address: string) => void} told */
const keep = async (folder, told) => {
  const name = onlyName()
  const house = new House(folder)
  process.on('exit', () => house.abandon())
  await house.up(name, { port: 0, ...asked.wish, isBrief: true, isQuiet: true })
  told(house.addresses(name))
  while (isWanted()) await pause(LOOK_EVERY_MS)
  return 0
}

const run = () => {
  endWithStarter(() => {})
  return keep(mkdtempSync(join(tmpdir(), 'troupe-services-')), (address) => {
    process.stdout.write(`${address}\n`)
  })
}

/** For tests: all files of a run share one server. */
const share = async () => {
  const name = onlyName()
  const lacks = whatJavaLacks()
  if (lacks !== undefined && !process.env.CI) throw new Stop(`not to be had: ${lacks}`)
  const form = rest.filter((argument) => !argument.startsWith('--while')).join('')
  const place = join(tmpdir(), `troupe-shared-${asked.pid}-${form.replaceAll(/[^\w+]/g, '_')}`)
  const [address, failure] = [join(place, 'address'), join(place, 'failure')]
  if (isMade(place)) {
    const log = openSync(join(place, 'log'), 'a')
    const keeper = [fileURLToPath(import.meta.url), 'hold', ...rest]
    spawn(process.execPath, [...keeper, `--directory=${place}`], {
      detached: true,
      stdio: ['ignore', log, log],
    }).unref()
  }
  for (let waited = 0; waited < SHARE_LIMIT_MS; waited += LOOK_EVERY_MS) {
    const found = readText(address)
    if (found !== undefined) {
      process.stdout.write(found)
      return 0
    }
    const said = readText(failure)
    if (said !== undefined) throw new Stop(said.trim())
    await pause(LOOK_EVERY_MS)
  }
  throw new Stop(`${name} did not come up: ${readText(join(place, 'log')) ?? ''}`)
}

/** The keeper of a shared server: tells by files what became of it. */
const hold = async () => {
  const tell = (/** @type {string} */ file, /** @type {string} */ text) => {
    writeFileSync(join(asked.directory, `.${file}`), `${text}\n`)
    renameSync(join(asked.directory, `.${file}`), join(asked.directory, file))
  }
  try {
    return await keep(asked.directory, (address) => tell('address', address))
  } catch (error) {
    tell('failure', error instanceof Error ? error.message : String(error))
    // Whoever waits for it has to see that.
    while (asked.pid !== undefined && isWanted()) await pause(LOOK_EVERY_MS)
    return 1
  }
}

/** Whether this process has made a folder, and none before. @param {string} path */
const isMade = (path) => {
  try {
    mkdirSync(path)
    return true
  } catch {
    return false
  }
}

await runEntry(async () => {
  readArguments()
  const house = new House(asked.directory)
  const these = asked.names.length > 0 ? asked.names : house.names()
  switch (command) {
    case 'up':
      return up(house)
    case 'status': {
      if (these.length === 0) say('no server was started')
      let isWhole = true
      for (const name of these) isWhole = (await house.status(name)) && isWhole
      return isWhole ? 0 : 1
    }
    case 'down':
    case 'wipe':
      await Promise.all(these.map((name) => house[command](name)))
      return 0
    case 'run':
      return run()
    case 'share':
      return share()
    case 'hold':
      return hold()
    default:
      throw new Stop('npm run services -- up|status|down|wipe [kafka] [cassandra] [zookeeper]')
  }
})
