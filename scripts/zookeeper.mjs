/**
 * `node scripts/zookeeper.mjs [--session-timeout=2000]`: a server of Apache ZooKeeper on loopback, until it is interrupted or its standard
 * input ends; set up first where it has not been (see foreign-programs.mjs). Prints `host:port` once it answers. What it keeps
 * goes with it.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { setUp } from './foreign-programs.mjs'
import { freePort } from './free-port.mjs'
import { Stop, endWithStarter, runEntry } from './steps.mjs'

const HOST = '127.0.0.1'
const START_LIMIT_MS = 60_000
const LOOK_EVERY_MS = 100
const LOG_TAIL = 2000

/** At most, in ms, whatever clients ask for. */
let sessionTimeout = '2000'
for (const argument of process.argv.slice(2)) {
  const [, given] = /^--session-timeout=(\d+)$/.exec(argument) ?? []
  if (given === undefined) throw new Stop(`'${argument}' is not --session-timeout=<ms>`)
  sessionTimeout = given
}

/** Whether a server answers there. @param {number} port @returns {Promise<boolean>} */
const isUp = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, HOST, () => socket.write('srvr'))
    let text = ''
    socket.on('data', (part) => (text += String(part)))
    socket.on('error', () => resolve(false)).on('close', () => resolve(/^Zookeeper/.test(text)))
  })

await runEntry(async () => {
  const place = await setUp('zookeeper')
  const work = mkdtempSync(join(tmpdir(), 'troupe-zookeeper-'))
  const port = await freePort()
  const lines = [
    'tickTime=250',
    'minSessionTimeout=500',
    `maxSessionTimeout=${sessionTimeout}`,
    `dataDir=${join(work, 'data')}`,
    `clientPort=${port}`,
    `clientPortAddress=${HOST}`,
    'maxClientCnxns=0',
    'admin.enableServer=false',
    '4lw.commands.whitelist=srvr',
  ]
  writeFileSync(join(work, 'zoo.cfg'), `${lines.join('\n')}\n`)
  const log = openSync(join(work, 'log'), 'a')
  const child = spawn(
    'java',
    [
      ...['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
      ...['-Dzookeeper.jmx.log4j.disable=true', '-cp', join(place, 'lib', '*')],
      ...['org.apache.zookeeper.server.ZooKeeperServerMain', join(work, 'zoo.cfg')],
    ],
    { cwd: work, stdio: ['ignore', log, log] },
  )
  endWithStarter(() => {
    child.kill('SIGKILL')
    rmSync(work, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  })
  for (let waited = 0; waited < START_LIMIT_MS; waited += LOOK_EVERY_MS) {
    if (child.exitCode !== null) break
    if (await isUp(port)) {
      process.stdout.write(`${HOST}:${port}\n`)
      await new Promise(() => {})
    }
    await pause(LOOK_EVERY_MS)
  }
  throw new Stop(
    `ZooKeeper did not come up: ${readFileSync(join(work, 'log'), 'utf8').slice(-LOG_TAIL)}`,
  )
})
