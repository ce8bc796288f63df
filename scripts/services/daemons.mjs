/** Processes of servers: they outlive whoever starts them, and are known again by what they were started with. */
import { spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { readText } from '../files.mjs'
import { Stop, isAlive } from '../steps.mjs'
import { isFree } from './ports.mjs'

/** @typedef {import('./kinds.mjs').Node} Node */
/** @typedef {import('./kinds.mjs').Kind} Kind */

const START_LIMIT_MS = 180_000
const STOP_LIMIT_MS = 20_000
const LOOK_EVERY_MS = 100
const LOG_TAIL = 2000

/** Where a node's process says what it does. @param {Node} node */
export const logOf = ({ directory }) => join(directory, 'log')

/** @param {Node} node */
const tailOf = (node) => readText(logOf(node))?.slice(-LOG_TAIL) ?? ''

/** With what a process was started. @param {number} pid */
const commandOf = (pid) => {
  if (existsSync('/proc/self/cmdline')) return readText(`/proc/${pid}/cmdline`) ?? ''
  return spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout
}

/** Whether that process is this node's: a pid may belong to anybody by now. @param {Node} node @param {number | undefined} pid */
export const isOurs = ({ directory }, pid) =>
  pid !== undefined && isAlive(pid) && commandOf(pid).includes(join(directory, '/'))

/**
 * Starts the process of a node, and calls `started` with its pid before anything else.
 * @param {Kind} kind @param {Node} node @param {string} place @param {boolean} isBrief
 * @param {(pid: number) => void} started
 */
export const start = async (kind, node, place, isBrief, started) => {
  for (const port of [node.port, ...Object.values(node.ports)]) {
    if (await isFree(node.host, port)) continue
    throw new Stop(
      `${node.host}:${port} is in use: end who listens there, or wipe and choose a --port`,
    )
  }
  kind.prepare(node, place)
  const log = openSync(logOf(node), 'a')
  const child = spawn('java', kind.command(node, place, isBrief), {
    cwd: node.directory,
    detached: true,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  child.unref()
  if (child.pid !== undefined) started(child.pid)
  let isOver = false
  child.on('error', () => (isOver = true)).on('exit', () => (isOver = true))
  for (let waited = 0; waited < START_LIMIT_MS && !isOver; waited += LOOK_EVERY_MS) {
    if (await kind.isReady(node)) return
    await pause(LOOK_EVERY_MS)
  }
  const what = isOver ? 'has ended' : 'does not answer'
  throw new Stop(`${node.name} ${what}; the end of ${logOf(node)}:\n${tailOf(node)}`)
}

/** Ends a node's process, by force where it takes too long. @param {Node} node @param {number | undefined} pid */
export const end = async (node, pid) => {
  if (pid === undefined || !isOurs(node, pid)) return false
  process.kill(pid, 'SIGTERM')
  // One that was stopped has to go on to hear of it.
  process.kill(pid, 'SIGCONT')
  for (let waited = 0; waited < STOP_LIMIT_MS; waited += LOOK_EVERY_MS) {
    if (!isOurs(node, pid)) return true
    await pause(LOOK_EVERY_MS)
  }
  process.kill(pid, 'SIGKILL')
  while (isOurs(node, pid)) await pause(LOOK_EVERY_MS)
  return true
}

/** What a process holds in memory, in MiB. @param {number} pid */
export const residentOf = (pid) => {
  const [, kib] = /VmRSS:\s+(\d+)/.exec(readStatus(pid)) ?? []
  return kib === undefined ? undefined : Math.round(Number(kib) / 1024)
}

/** @param {number} pid */
const readStatus = (pid) => {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return ''
  }
}
