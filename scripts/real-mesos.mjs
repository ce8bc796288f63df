/**
 * `node scripts/real-mesos.mjs [--port=5050] [--agents=1] [--resources=…] [--flag=value…]`: a real
 * Apache Mesos 1.11.0 on loopback, until it is interrupted; set up first where it has not been (see
 * foreign-programs.mjs). Prints the master's URL once it answers, then those of the agents.
 * Other flags are Mesos' own, of master and agents: `--allocation_interval=100ms`.
 *
 * Master and agents share one process, without ZooKeeper, Docker or cgroups. Its containerizer
 * launcher, command executor and fetcher are stand-ins (test/mesos/foreign/real-mesos), as the
 * package has none.
 */
import { spawn } from 'node:child_process'
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { placeOf, setUp } from './foreign-programs.mjs'
import { freePort } from './free-port.mjs'
import { Stop, isAlive, root, runEntry } from './steps.mjs'

const HOST = '127.0.0.1'
const START_LIMIT_MS = 60_000
const LOOK_EVERY_MS = 100
const LOG_TAIL = 2000

/** @type {Record<string, string>} */
const flags = {
  port: '0',
  agents: '1',
  resources: 'cpus:4;mem:4096;disk:10000;ports:[31000-32000]',
}
for (const argument of process.argv.slice(2)) {
  const [, name = '', value = ''] = /^--([\w-]+)=(.*)$/s.exec(argument) ?? []
  if (name === '') throw new Stop(`'${argument}' is not of the form --flag=value`)
  flags[name.replaceAll('-', '_')] = value
}
const { port: asked, agents, end_with: endWith, ...ofMesos } = flags

/**
 * The door of one agent: to its clients it looks as if the agent had an address of its own.
 * @param {number} masterPort
 * @param {number} number of the agent, from 1
 * @returns {Promise<number>} its port
 */
const openDoor = (masterPort, number) =>
  new Promise((resolve, reject) => {
    const server = createServer((asking, answer) => {
      const shared = /^\/(metrics|files|version|slave\(\d+\))(\/|\?|$)/.test(asking.url ?? '')
      const path = shared ? asking.url : `/slave(${number})${asking.url}`
      const { method, headers } = asking
      const inner = request({ host: HOST, port: masterPort, path, method, headers }, (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers)
        answer.flushHeaders()
        response.pipe(answer)
        response.on('error', () => answer.destroy())
      })
      inner.on('error', (error) => {
        if (answer.headersSent) answer.destroy()
        else answer.writeHead(503).end(error.message)
      })
      asking.pipe(inner)
      answer.on('close', () => inner.destroy())
    })
    server.on('error', reject)
    server.listen(0, HOST, () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
      server.unref()
      resolve(port)
    })
  })

await runEntry(async () => {
  const place = await setUp('real-mesos')
  const work = mkdtempSync(join(tmpdir(), 'troupe-real-mesos-'))
  const log = join(work, 'log')
  const port = Number(asked) || (await freePort())
  const doors = await Promise.all(
    Array.from({ length: Number(agents) }, (_, i) => openDoor(port, i + 1)),
  )
  const own = join(root, 'test', 'mesos', 'foreign', 'real-mesos')
  const library = join(place, 'lib')
  const child = spawn(
    join(place, 'loader'),
    [
      join(place, '_scheduler.so'),
      join(library, 'libpython-stand-in.so'),
      join(work, 'mesos'),
      String(agents),
    ],
    {
      cwd: work,
      env: {
        PATH: process.env.PATH,
        LD_LIBRARY_PATH: library,
        LIBPROCESS_IP: HOST,
        LIBPROCESS_PORT: String(port),
        TROUPE_AGENT_DOORS: doors.join(','),
        TROUPE_PYMESOS_PYTHON: join(placeOf('pymesos'), 'venv', 'bin', 'python'),
        PYTHONDONTWRITEBYTECODE: '1',
        MESOS_containerizers: 'mesos',
        MESOS_launcher: 'posix',
        MESOS_isolation: 'posix/cpu,posix/mem',
        MESOS_launcher_dir: join(own, 'libexec'),
        MESOS_runtime_dir: join(work, 'run'),
        MESOS_hostname: 'localhost',
        MESOS_hostname_lookup: 'false',
        MESOS_registry: 'in_memory',
        MESOS_systemd_enable_support: 'false',
        MESOS_switch_user: 'false',
        ...Object.fromEntries(Object.entries(ofMesos).map(([k, v]) => [`MESOS_${k}`, v])),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const out = createWriteStream(log)
  child.stdout.pipe(out, { end: false })
  child.stderr.pipe(out, { end: false })
  let isWanted = true
  let isOver = false
  const over = new Promise((resolve) => {
    child.on('error', resolve)
    child.on('exit', resolve)
  }).then(() => (isOver = true))
  const end = () => {
    isWanted = false
    child.kill('SIGKILL')
  }
  process.on('SIGINT', end).on('SIGTERM', end).on('SIGHUP', end)
  try {
    const deadline = Date.now() + START_LIMIT_MS
    while (isWanted && !isOver && Date.now() < deadline && !(await isUp(port, doors.length))) {
      await pause(LOOK_EVERY_MS)
    }
    if (!isWanted) return 0
    if (isOver || Date.now() >= deadline) {
      throw new Stop(`Mesos did not come up: ${readFileSync(log, 'utf8').slice(-LOG_TAIL)}`)
    }
    for (const one of [port, ...doors]) process.stdout.write(`http://${HOST}:${one}\n`)
    while (!isOver) {
      await Promise.race([over, pause(LOOK_EVERY_MS * 5)])
      if (endWith !== undefined && !isAlive(Number(endWith))) end()
    }
    if (isWanted) throw new Stop(`Mesos ended: ${readFileSync(log, 'utf8').slice(-LOG_TAIL)}`)
    return 0
  } finally {
    end()
    await over
    rmSync(work, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
})

/** Whether the master answers and knows all its agents. @param {number} port @param {number} count */
async function isUp(port, count) {
  try {
    const answer = await fetch(`http://${HOST}:${port}/master/state`)
    const state = /** @type {{ activated_slaves?: number }} */ (await answer.json())
    return state.activated_slaves === count
  } catch {
    return false
  }
}
