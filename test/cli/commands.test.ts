import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import test, { type ExecutionContext } from 'ava'

import { SparkContext } from '../../src/spark/index.ts'
import { troupe } from './command-line.ts'

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))

/** Starts a service, and answers with what it says of where it listens. */
async function service(t: ExecutionContext, ...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(async () => {
    if (child.exitCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    await exited
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const address = /listens on (\S+)/.exec(line.toString())?.[1]
  return address ?? ''
}

/** A work directory for an agent of this test. */
async function workDirectory(t: ExecutionContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'troupe-test-'))
  t.teardown(() => rm(directory, { recursive: true }))
  return join(directory, 'work')
}

test('tree shows the actors of a running master, and its ledger', async (t) => {
  const address = await service(t, 'master', '--port', '0')
  const { code, stdout } = await troupe('tree', address, '--ledger', '--rate-ms', '50')
  t.is(code, 0)
  t.regex(stdout, /^actor +behavior +strategy +status +mailbox +restarts +msg\/s\n/)
  t.regex(stdout, /\ntroupe:\/\/master\/ /)
  t.regex(stdout, /\n {4}inspector +inspector /)
  t.regex(stdout, /\nmessages +sent +handled +failed +stashed +in flight +over links\n/)
  t.regex(stdout, /\nlink to +state +sent +acknowledged +lost +unknown +on their way /)
  t.regex(stdout, /\nmaster: \d+ sent = .* balanced\n$/)
})

test('an agent registers with its master, under the resources it is given', async (t) => {
  const master = await service(t, 'master', '--port', '0')
  const agent = await service(
    t,
    ...['agent', '--port', '0', '--master', master, '--resources', 'cpus:2;mem:64'],
    ...['--work-dir', await workDirectory(t)],
  )
  const { code, stdout } = await troupe('tree', agent)
  t.is(code, 0)
  t.regex(stdout, /\n {4}agent /)
})

test('a second agent on one work directory is refused, and so is one that can have none', async (t) => {
  const master = await service(t, 'master', '--port', '0')
  const work = await workDirectory(t)
  const agent = ['agent', '--port', '0', '--master', master, '--resources', 'cpus:1;mem:64']
  await service(t, ...agent, '--work-dir', work)
  const second = await troupe(...agent, '--work-dir', work)
  t.is(second.code, 1)
  t.regex(
    second.stderr,
    /is that of the agent with process id \d+.*\(TROUPE_MESOS_WORK_DIRECTORY_TAKEN\)\n$/,
  )
  const none = await troupe(...agent, '--work-dir', join(main, 'work'))
  t.is(none.code, 1)
  t.regex(
    none.stderr,
    /can't work in .*main\.js\/work: .*\(TROUPE_MESOS_WORK_DIRECTORY_UNUSABLE\)\n$/,
  )
})

test('an agent whose master has no address ends, and says how one is written', async (t) => {
  const args = ['agent', '--port', '0', '--master', 'nowhere', '--work-dir', await workDirectory(t)]
  const { code, stderr } = await troupe(...args)
  t.is(code, 1)
  t.regex(stderr, /troupe: 'nowhere' is no address of a node: write host:port.*ADDRESS_ILLEGAL/)
})

test('a port that is in use is named, with the way out', async (t) => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const { code, stderr } = await troupe('master', '--port', String(port))
  t.is(code, 1)
  t.regex(stderr, new RegExp(`127\\.0\\.0\\.1:${port}`))
  t.regex(stderr, /\(TROUPE_PLATFORM_ADDRESS_IN_USE\)\n$/)
})

test('a listener off loopback wants a secret', async (t) => {
  const { code, stderr } = await troupe('master', '--host', '0.0.0.0', '--port', '0')
  t.is(code, 1)
  t.regex(stderr, /\(TROUPE_NODE_SECRET_REQUIRED\)\n$/)
})

test('an agent that asks who comes wants credentials, and warns where anybody may come', async (t) => {
  const agent = ['agent', '--port', '0', '--resources', 'cpus:1;mem:1', '--master', '127.0.0.1:1']
  const none = await troupe(
    ...[...agent, '--authenticate_http_readwrite=true', '--work-dir', await workDirectory(t)],
  )
  t.is(none.code, 1)
  t.regex(none.stderr, /for realm 'mesos-agent-readwrite': name a file of them by --http-credent/)
  const directory = await mkdtemp(join(tmpdir(), 'troupe-test-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const secret = join(directory, 'secret')
  await writeFile(secret, 'a secret of the cluster that is long enough', { mode: 0o600 })
  const credentials = join(directory, 'credentials')
  await writeFile(credentials, 'ops pw\n')
  const said = async (...args: readonly string[]): Promise<string> => {
    const open = ['--host', '0.0.0.0', '--secret-file', secret, '--work-dir', directory]
    const child = spawn(process.execPath, [main, ...agent, ...open, ...args])
    let stderr = ''
    child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()))
    // The last that it says at its start.
    for (let stdout = ''; !stdout.includes('containers: ');) {
      stdout += String(await once(child.stdout, 'data'))
    }
    const exited = once(child, 'close')
    child.kill('SIGTERM')
    await exited
    return stderr
  }
  t.regex(await said(), /^warning: the HTTP door listens beyond loopback, .*--http-credentials/m)
  const flags = ['--authenticate-http-readonly', '--authenticate-http-readwrite']
  t.notRegex(await said('--http-credentials', credentials, ...flags), /^warning/m)
})

test('resources that are no resources are shown where they go wrong', async (t) => {
  const { code, stderr } = await troupe(
    ...['agent', '--port', '0', '--master', '127.0.0.1:1', '--resources', 'cpus:many'],
    ...['--work-dir', await workDirectory(t)],
  )
  t.is(code, 1)
  t.regex(stderr, /cpus:many/)
  t.regex(stderr, /\(TROUPE_MESOS_[A-Z_]+\)\n$/)
})

test('a command line that is not understood exits with 2 and says what it takes', async (t) => {
  const wrongFlag = await troupe('master', '--prot', '1')
  t.is(wrongFlag.code, 2)
  t.regex(wrongFlag.stderr, /unknown option '--prot'.*\(Did you mean --port\?\)/s)
  const wrongValue = await troupe('demo', 'wordcount', '--agents', 'two')
  t.is(wrongValue.code, 2)
  t.regex(wrongValue.stderr, /agents is a whole number from 1 to 16/)
})

test('help lists the commands and exits with 0', async (t) => {
  const { code, stdout } = await troupe('--help')
  t.is(code, 0)
  for (const command of ['demo', 'master', 'agent', 'tree'])
    t.regex(stdout, new RegExp(`\\n {2}${command} `))
})

test('an agent with another secret than its master says so, and ends', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'troupe-test-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const [right, wrong] = [join(directory, 'right'), join(directory, 'wrong')]
  await writeFile(right, 'open sesame')
  await writeFile(wrong, 'open barley')
  const master = await service(t, 'master', '--port', '0', '--secret-file', right)
  const { code, stderr } = await troupe(
    ...['agent', '--port', '0', '--master', master, '--secret-file', wrong],
    ...['--work-dir', join(directory, 'work')],
  )
  t.is(code, 1)
  t.regex(stderr, /troupe: no link to .*the secrets differ.*\(TROUPE_NODE_WRONG_SECRET\)\n$/)
})

test('a driver with another secret than its master fails at once, and says so', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'troupe-test-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const right = join(directory, 'right')
  await writeFile(right, 'open sesame')
  const address = await service(t, 'master', '--port', '0', '--secret-file', right)
  await t.throwsAsync(
    SparkContext.create({
      master: `mesos://${address}`,
      appName: 'stranger',
      conf: { 'spark.authenticate.secret': 'open barley' },
    }),
    { code: 'TROUPE_NODE_WRONG_SECRET' },
  )
})

test('a driver says that its master is not there', async (t) => {
  await t.throwsAsync(
    SparkContext.create({
      master: 'mesos://127.0.0.1:1',
      appName: 'lonely',
      conf: { 'spark.scheduler.maxRegisteredResourcesWaitingTime': '1s' },
    }),
    { code: 'TROUPE_SPARK_NO_EXECUTORS', message: /no master has answered at 127\.0\.0\.1:1 yet/ },
  )
})
