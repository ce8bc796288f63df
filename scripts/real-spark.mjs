/**
 * `node scripts/real-spark.mjs`: sets up Apache Spark itself where it has not been (see
 * foreign-programs.mjs), and prints where it stands: its SPARK_HOME, with `bin`, `jars`.
 *
 * `node scripts/real-spark.mjs history <directory> [--conf=key=value…] [--end-with=pid]`: its history
 * server on loopback, over the event logs of a directory, until it is interrupted or that process is
 * gone. Prints its URL once it answers.
 */
import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { setUp } from './foreign-programs.mjs'
import { Stop, isAlive, runEntry } from './steps.mjs'

const START_LIMIT_MS = 120_000
const LOOK_EVERY_MS = 500
const LOG_TAIL = 2000

/** Where Spark stands; it is set up first. @returns {Promise<string>} */
const sparkHome = async () => join(await setUp('spark'), 'spark')

/**
 * @param {string} home
 * @param {string} directory
 * @param {Readonly<Record<string, string>>} conf
 * @param {number | undefined} endWith
 */
const serveHistory = async (home, directory, conf, endWith) => {
  const options = Object.entries({
    'spark.history.fs.logDirectory': `file://${resolve(directory)}`,
    'spark.history.ui.port': '0',
    ...conf,
  }).map(([key, value]) => `-D${key}=${value}`)
  const child = spawn(
    join(home, 'bin', 'spark-class'),
    ['org.apache.spark.deploy.history.HistoryServer'],
    {
      env: {
        ...process.env,
        SPARK_HOME: home,
        SPARK_LOCAL_IP: '127.0.0.1',
        SPARK_DAEMON_MEMORY: '512m',
        SPARK_HISTORY_OPTS: ['-XX:+UseSerialGC', ...options].join(' '),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let told = ''
  let isWanted = true
  /** @type {string | undefined} */
  let url
  const listen = (/** @type {string} */ text) => {
    told = (told + text).slice(-LOG_TAIL)
    if (url !== undefined) return
    url = /started at (http:\/\/[^\s"]+:\d+)/.exec(told)?.[1]
    if (url !== undefined) process.stdout.write(`${url}\n`)
  }
  child.stdout.setEncoding('utf8').on('data', listen)
  child.stderr.setEncoding('utf8').on('data', listen)
  let isOver = false
  const over = new Promise((done) => {
    child.on('error', done)
    child.on('exit', done)
  }).then(() => (isOver = true))
  const end = () => {
    isWanted = false
    child.kill('SIGKILL')
  }
  process.on('SIGINT', end).on('SIGTERM', end).on('SIGHUP', end)
  const deadline = Date.now() + START_LIMIT_MS
  while (!isOver) {
    await Promise.race([over, pause(LOOK_EVERY_MS)])
    if (endWith !== undefined && !isAlive(endWith)) end()
    if (url === undefined && Date.now() > deadline) child.kill('SIGKILL')
  }
  if (isWanted) throw new Stop(`the history server ended: ${told}`)
}

await runEntry(async () => {
  const [command, ...rest] = process.argv.slice(2)
  const home = await sparkHome()
  if (command === undefined) {
    process.stdout.write(`${home}\n`)
    return 0
  }
  const directory = rest.find((argument) => !argument.startsWith('--'))
  if (command !== 'history' || directory === undefined) {
    throw new Stop('usage: real-spark.mjs, or real-spark.mjs history <directory>')
  }
  /** @type {Record<string, string>} */
  const conf = {}
  /** @type {number | undefined} */
  let endWith
  for (const argument of rest) {
    const [, key, value = ''] = /^--conf=([^=]+)=(.*)$/.exec(argument) ?? []
    if (key !== undefined) conf[key] = value
    const pid = /^--end-with=(\d+)$/.exec(argument)?.[1]
    if (pid !== undefined) endWith = Number(pid)
  }
  await serveHistory(home, directory, conf, endWith)
  return 0
})
