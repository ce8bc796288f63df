/**
 * `node scripts/docker-engine.mjs start <directory>`: a Docker engine with all that it keeps in that directory, for tests; its
 * socket is `docker.sock` there. Debian's package `docker.io` is installed if there is no `dockerd`. Needs root.
 * `node scripts/docker-engine.mjs stop <directory>`: ends it, and removes the directory.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Stop, run, runEntry, say } from './steps.mjs'

const START_MS = 60_000
const STOP_MS = 30_000
const LOOK_MS = 100
const BRIDGE = 'docker0'

/** @param {string} name */
const has = async (name) => (await run('which', [name], { quiet: true })).code === 0

const hasBridge = () => existsSync(`/sys/class/net/${BRIDGE}`)

const install = async () => {
  const apt = ['install', '-y', '--no-install-recommends', 'docker.io']
  if (!(await has('apt-get'))) throw new Stop('there is no dockerd, and no apt-get to install it')
  let { code, output } = await run('apt-get', apt, { quiet: true })
  if (code !== 0) {
    await run('apt-get', ['update'], { quiet: true })
    ;({ code, output } = await run('apt-get', apt, { quiet: true }))
  }
  if (code !== 0) throw new Stop(`docker.io can't be installed:\n${output.slice(-2000)}`)
}

/**
 * @param {string} socketPath
 * @returns {Promise<boolean>}
 */
const answers = (socketPath) =>
  new Promise((done) => {
    const asked = request({ socketPath, path: '/_ping' }, (response) => {
      response.resume()
      done(response.statusCode === 200)
    })
    asked.on('error', () => done(false))
    asked.end()
  })

/** @param {string} directory */
const start = async (directory) => {
  if (process.getuid?.() !== 0) throw new Stop('a Docker engine takes root')
  if (!(await has('dockerd'))) await install()
  mkdirSync(directory, { recursive: true })
  const log = openSync(join(directory, 'log'), 'a')
  if (!hasBridge()) writeFileSync(join(directory, 'made-bridge'), '')
  const socket = join(directory, 'docker.sock')
  const child = spawn(
    'dockerd',
    [
      // A container has no rules of its own to write, and no file systems to lay over one another: these work anywhere.
      '--iptables=false',
      '--ip6tables=false',
      '--storage-driver=vfs',
      `--host=unix://${socket}`,
      `--data-root=${join(directory, 'data')}`,
      `--exec-root=${join(directory, 'exec')}`,
      `--pidfile=${join(directory, 'pid')}`,
    ],
    { detached: true, stdio: ['ignore', log, log] },
  )
  let isOver = false
  child.on('error', () => (isOver = true))
  child.on('exit', () => (isOver = true))
  child.unref()
  for (let waited = 0; waited < START_MS && !isOver; waited += LOOK_MS) {
    if (await answers(socket)) {
      say(`a Docker engine answers at ${socket}`)
      return 0
    }
    await sleep(LOOK_MS)
  }
  const said = readFileSync(join(directory, 'log'), 'utf8').slice(-2000)
  throw new Stop(`the Docker engine does not answer:\n${said}`)
}

/** @param {string} directory */
const stop = async (directory) => {
  const pidFile = join(directory, 'pid')
  if (existsSync(pidFile)) {
    const pid = Number(readFileSync(pidFile, 'utf8'))
    process.kill(pid, 'SIGTERM')
    for (let waited = 0; waited < STOP_MS && existsSync(pidFile); waited += LOOK_MS) {
      await sleep(LOOK_MS)
    }
  }
  if (existsSync(join(directory, 'made-bridge'))) {
    await run('ip', ['link', 'delete', BRIDGE], { quiet: true })
  }
  // It leaves its namespace of the network mounted.
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n')
  for (const [, point = ''] of mounts.map((line) => line.split(' '))) {
    if (point.startsWith(`${directory}/`)) await run('umount', ['-l', point], { quiet: true })
  }
  rmSync(directory, { recursive: true, force: true })
  return 0
}

await runEntry(() => {
  const [what, where] = process.argv.slice(2)
  if (where !== undefined && what === 'start') return start(resolve(where))
  if (where !== undefined && what === 'stop') return stop(resolve(where))
  throw new Stop('node scripts/docker-engine.mjs start|stop <directory>')
})
