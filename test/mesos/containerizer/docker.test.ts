import { readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import test from 'ava'
import type { ContainerInfo, DockerInfo } from '../../../src/mesos/protocol/index.ts'
import { askEngine, dockerSocket, whyNoEngine } from './docker-engine.ts'
import { writeDockerArchive } from './image.ts'
import { RealContainers } from './rig.ts'

const MEBIBYTE = 1024 * 1024
const why = await whyNoEngine()
if (why !== undefined) console.log(`skipped: containers of a Docker engine: ${why}`)
const docker = why === undefined ? test.serial : test.serial.skip
const image = `troupe-test-${process.pid}`

/** Of one test file, that all share; their ids are their own. */
const options = { containerizers: 'docker,mesos', dockerSocket, enablesCfs: true }

if (why === undefined)
  test.before(async () => {
    const archive = `/tmp/${image}.tar`
    writeDockerArchive(
      archive,
      [{ 'etc/motd': 'hello' }],
      { Env: ['PATH=/bin', 'FROM_IMAGE=yes'], Cmd: ['/bin/sh', '-c', 'echo $GREETING $FROM'] },
      `${image}:latest`,
    )
    await askEngine('POST', '/images/load', readFileSync(archive))
    rmSync(archive)
  })
test.after.always(async () => {
  if (why === undefined) await askEngine('DELETE', `/images/${image}:latest?force=true`)
})

function container(
  more: Partial<DockerInfo> = {},
  rest: Partial<ContainerInfo> = {},
): ContainerInfo {
  return { type: 'DOCKER', docker: { image, network: 'HOST', ...more }, ...rest }
}

interface Inspected {
  readonly Id: string
  readonly HostConfig: {
    readonly CpuShares: number
    readonly CpuQuota: number
    readonly Memory: number
    readonly NetworkMode: string
  }
}

async function inspect(id: string): Promise<Inspected | undefined> {
  const text = await askEngine('GET', `/containers/mesos-${id}/json`)
  return text === '' ? undefined : (JSON.parse(text) as Inspected)
}

docker(
  "an image's own command runs with the parameters of a framework, as Marathon asks for it",
  async (t) => {
    const containers = await RealContainers.start(options)
    t.teardown(() => containers.end())
    const parameters = [{ key: 'env', value: 'GREETING=hello' }]
    const run = containers.run({ shell: false }, { container: container({ parameters }) })
    t.deepEqual((await run.next('container-exited')).exit, { code: 0, signal: undefined })
    t.is(await run.output(), 'hello agent\n')
    t.is(await inspect(run.id), undefined)
  },
)

docker('a command runs in the image, with sandbox and volumes, and its end is told', async (t) => {
  const containers = await RealContainers.start(options)
  t.teardown(() => containers.end())
  const script = [
    'read line </etc/motd; echo $line $FROM_IMAGE',
    'echo written >$MESOS_SANDBOX/file; echo own >/mine/file; echo oops >&2',
    '(echo x >/host/x) 2>/dev/null || echo read only',
    'exit 3',
  ].join('\n')
  const volumes = [
    { mode: 'RO', container_path: '/host', host_path: containers.directory },
    { mode: 'RW', container_path: '/mine', host_path: 'mine' },
  ] as const
  const run = containers.run(script, { container: container({}, { volumes }) })
  t.deepEqual((await run.next('container-exited')).exit, { code: 3, signal: undefined })
  t.is(await run.output(), 'hello yes\nread only\n')
  t.is(await run.output('stderr'), 'oops\n')
  t.is(readFileSync(`${run.sandbox}/file`, 'utf8'), 'written\n')
  t.is(readFileSync(`${run.sandbox}/mine/file`, 'utf8'), 'own\n')
})

docker('bounds, statistics, further commands and signals', async (t) => {
  const containers = await RealContainers.start(options)
  t.teardown(() => containers.end())
  const resources = { cpus: 0.5, memBytes: 64 * MEBIBYTE }
  const command = 'trap "exit 9" TERM; while :; do :; done'
  const run = containers.run(command, { resources, container: container({ network: 'NONE' }) })
  const { pid, mark } = await run.next('container-started')
  const inspected = await inspect(run.id)
  t.is(mark, inspected?.Id)
  t.true(containers.environment.processes.isAlive(pid))
  const { CpuShares, CpuQuota, Memory, NetworkMode } = inspected?.HostConfig ?? {}
  t.deepEqual([CpuShares, CpuQuota, Memory, NetworkMode], [512, 50_000, 64 * MEBIBYTE, 'none'])
  const statistics = await run.statistics()
  t.is(statistics?.cpus_limit, 0.5)
  t.true((statistics?.mem_rss_bytes ?? 0) > 0)
  t.deepEqual(await run.exec('echo $FROM_IMAGE; exit 4'), {
    type: 'exec-ended',
    exit: { code: 4, signal: undefined },
  })
  t.is(await run.output(), 'yes\n')
  t.deepEqual(await run.exec('while :; do :; done', 100), { type: 'exec-timed-out' })
  run.ref.tell({ type: 'update', resources: { cpus: 2, memBytes: 128 * MEBIBYTE } })
  await containers.until(async () => (await inspect(run.id))?.HostConfig.CpuShares === 2048)
  run.ref.tell({ type: 'signal', signal: 'SIGTERM' })
  t.deepEqual((await run.next('container-exited')).exit, { code: 9, signal: undefined })
  t.is(await inspect(run.id), undefined)
})

docker('more memory than was given ends a container, with the reason', async (t) => {
  const containers = await RealContainers.start(options)
  t.teardown(() => containers.end())
  const resources = { cpus: 1, memBytes: 32 * MEBIBYTE }
  // It doubles until the kernel ends it.
  const command = 'a=0123456789; while :; do a=$a$a; done'
  const parameters = [{ key: 'memory-swap', value: '32m' }]
  const run = containers.run(command, { resources, container: container({ parameters }) })
  const { exit, limitation } = await run.next('container-exited')
  t.is(exit?.signal, 'SIGKILL')
  t.is(limitation?.reason, 'REASON_CONTAINER_LIMITATION_MEMORY')
  t.is(limitation?.message, 'Memory limit exceeded: Requested: 32MB')
})

docker('a port of a bridged container is reached by that of the host', async (t) => {
  const containers = await RealContainers.start(options)
  t.teardown(() => containers.end())
  const volumes = ['/lib', '/lib64', '/usr', dirname(process.execPath)].map(
    (path) => ({ mode: 'RO', container_path: path, host_path: path }) as const,
  )
  const port = await freePort()
  const server = 'require("http").createServer((_, answer) => answer.end("inside")).listen(8080)'
  const info = container(
    { network: 'BRIDGE', port_mappings: [{ host_port: port, container_port: 8080 }] },
    { volumes, hostname: 'bridged' },
  )
  const run = containers.run(
    { shell: false, value: process.execPath, arguments: ['-e', server] },
    { container: info },
  )
  const { ipAddress } = await run.next('container-started')
  t.regex(ipAddress ?? '', /^\d+\.\d+\.\d+\.\d+$/)
  // Who comes before the server listens may be left waiting.
  let answer = ''
  await containers.until(async () => {
    answer = await fetch(`http://127.0.0.1:${port}`, { signal: AbortSignal.timeout(1000) }).then(
      (one) => one.text(),
      () => '',
    )
    return answer !== ''
  })
  t.is(answer, 'inside')
  run.ref.tell({ type: 'destroy' })
  t.is((await run.next('container-exited')).exit?.signal, 'SIGKILL')
})

docker(
  'what an agent before has left is found again by its name, with all its output, or ended',
  async (t) => {
    const containers = await RealContainers.start(options)
    t.teardown(() => containers.end())
    const command = 'echo first; until [ -e $MESOS_SANDBOX/go ]; do :; done; echo last; exit 5'
    const more = { outlivesAgent: true, container: container() }
    const [one, other] = [`one-${image}`, `other-${image}`].map((containerId) =>
      containers.run(command, { containerId, ...more }),
    )
    const { pid, mark = '' } = (await one?.next('container-started')) ?? { pid: 0 }
    await other?.next('container-started')
    await containers.until(async () => (await one?.output().catch(() => '')) === 'first\n')
    await containers.forget()
    t.is(await containers.recover([one?.id ?? '']), 1)
    t.is(await inspect(other?.id ?? ''), undefined)
    const found = containers.run(command, {
      containerId: one?.id ?? '',
      ...more,
      running: { pid, mark },
    })
    await found.next('container-started')
    await containers.environment.disk.writeFile(`${found.sandbox}/go`, new Uint8Array())
    t.deepEqual((await found.next('container-exited')).exit, { code: 5, signal: undefined })
    t.is(await found.output(), 'first\nlast\n')
    t.is(await inspect(found.id), undefined)
  },
)

docker(
  'an image that can not be had, and what is no option, keep a container from starting',
  async (t) => {
    const containers = await RealContainers.start(options)
    t.teardown(() => containers.end())
    const reason = async (info: ContainerInfo): Promise<string> =>
      (await containers.run('true', { container: info }).next('container-failed')).reason
    t.regex(
      await reason(container({ image: '127.0.0.1:1/none' })),
      /^The Docker engine at .* failed at .*127\.0\.0\.1(:1|%3A1)/,
    )
    const parameters = [{ key: 'restart', value: 'always' }]
    t.regex(await reason(container({ parameters })), /^The parameter restart is not one of these: /)
    const { disk } = containers.environment
    t.deepEqual(await disk.list(`${containers.directory}/run`), [])
  },
)

/** One that nobody has at the moment. */
async function freePort(): Promise<number> {
  const { createServer } = await import('node:net')
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
