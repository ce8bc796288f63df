import test from 'ava'
import { testSystem, type TestProbe, type TestSystem } from '../../../src/actors/testkit/index.ts'
import {
  fetcherBehavior,
  newFetcherAccount,
  type Fetched,
  type FetcherOptions,
} from '../../../src/mesos/fetcher/index.ts'
import type { CommandUri } from '../../../src/mesos/protocol/index.ts'
import type { Environment, HttpExchange } from '../../../src/platform/index.ts'

const decoder = new TextDecoder()
const text = (value: string): Uint8Array => new TextEncoder().encode(value)

/** What stands in for `tar`: says what it was told to do. */
function tar({ processes }: Environment, args: readonly string[]): void {
  processes.stdout.write(`tar ${args.join(' ')}\n`)
  processes.exit(args.at(-1)?.includes('broken') === true ? 2 : 0)
}

/** What stands in for `chown`. */
function chown({ processes }: Environment, args: readonly string[]): void {
  processes.exit(args[1] === 'nobody-there' ? 1 : 0)
}

class Rig {
  readonly kit: TestSystem = testSystem({ programs: { tar, chown } })
  readonly probe: TestProbe<Fetched> = this.kit.probe<Fetched>('probe')
  /** The requests that the server has got: method and target. */
  readonly requests: string[] = []
  readonly #fetcher
  #port = 0

  constructor(options: Partial<FetcherOptions> = {}) {
    this.#fetcher = this.kit.spawn(
      fetcherBehavior({ cacheDirectory: '/cache', ...options }),
      'fetcher',
    )
  }

  /** A server of the machine; answers as `answer` says. */
  async serve(answer: (exchange: HttpExchange) => void): Promise<string> {
    const { http } = this.kit.world.environment('server')
    const { address } = await this.kit.until(
      http.listen({ host: '127.0.0.1', port: 0 }, (exchange) => {
        this.requests.push(`${exchange.request.method} ${exchange.request.target}`)
        answer(exchange)
      }),
    )
    this.#port = address.port
    return `http://127.0.0.1:${this.#port}`
  }

  /** For whom it fetches. */
  user = 'u'

  begin(containerId: string, ...uris: readonly CommandUri[]): void {
    const sandbox = `/sandboxes/${containerId}`
    const { ref: replyTo } = this.probe
    this.#fetcher.tell({ type: 'fetch', containerId, uris, sandbox, user: this.user, replyTo })
  }

  cancel(containerId: string): void {
    this.#fetcher.tell({ type: 'cancel', containerId })
  }

  async fetch(containerId: string, ...uris: readonly CommandUri[]): Promise<string | undefined> {
    this.begin(containerId, ...uris)
    return (await this.probe.receive(120_000)).problem
  }

  async read(path: string): Promise<string> {
    return decoder.decode(await this.kit.until(this.kit.world.disk().readFile(path)))
  }

  /** The lines of the sandbox' stderr without their heads. */
  async log(containerId: string): Promise<readonly string[]> {
    const lines = (await this.read(`/sandboxes/${containerId}/stderr`)).trim().split('\n')
    return lines.map((line) => line.replace(/^([IWE])\d{4} [\d:.]+ +\d+ fetcher\] /, '$1 '))
  }

  async write(path: string, content: string, mode = 0o644): Promise<void> {
    const disk = this.kit.world.disk()
    await this.kit.until(disk.makeDirectory(path.slice(0, path.lastIndexOf('/'))))
    await this.kit.until(disk.writeFile(path, text(content), { mode }))
  }
}

test('a file of the machine comes with its mode, or as an executable', async (t) => {
  const rig = new Rig({ frameworksHome: '/home' })
  await rig.write('/home/tool', 'tool', 0o640)
  const uris = [
    { value: '/home/tool' },
    { value: 'file:///home/tool', output_file: 'bin/run', executable: true },
    { value: 'tool', output_file: 'again' },
  ]
  t.is(await rig.fetch('c', ...uris), undefined)
  const disk = rig.kit.world.disk()
  t.is((await rig.kit.until(disk.describe('/sandboxes/c/tool')))?.mode, 0o640)
  t.is((await rig.kit.until(disk.describe('/sandboxes/c/bin/run')))?.mode, 0o755)
  t.is(await rig.read('/sandboxes/c/again'), 'tool')
  t.deepEqual((await rig.log('c')).slice(0, 6), [
    "I Fetching URI '/home/tool'",
    "I Fetching '/home/tool' directly into the sandbox directory",
    "I Copied resource '/home/tool' to '/sandboxes/c/tool'",
    "W Copying instead of extracting resource from URI with 'extract' flag, because it does not seem to be an archive: /home/tool",
    "I Fetched '/home/tool' to '/sandboxes/c/tool'",
    "I Fetching URI 'file:///home/tool'",
  ])
  t.is((await rig.log('c')).at(-1), "I Successfully fetched all URIs into '/sandboxes/c'")
})

test('a file comes by HTTP, wherever the server sends on to', async (t) => {
  const rig = new Rig()
  const server = await rig.serve(({ request, reply }) => {
    if (request.target === '/old') reply({ status: 302, headers: { location: '/new?a=1' } })
    else reply({ status: 200, body: text('content') })
  })
  t.is(await rig.fetch('c', { value: `${server}/old` }), undefined)
  t.is(await rig.read('/sandboxes/c/old'), 'content')
  t.deepEqual(rig.requests, ['GET /old', 'GET /new?a=1'])
})

test('an archive is unpacked, unless that is not wanted or it is broken', async (t) => {
  const rig = new Rig()
  await rig.write('/a.tar.gz', 'x')
  await rig.write('/broken.tar', 'x')
  t.is(await rig.fetch('c', { value: '/a.tar.gz' }), undefined)
  t.is(await rig.read('/sandboxes/c/stdout'), 'tar -C /sandboxes/c -xof /sandboxes/c/a.tar.gz\n')
  t.is(await rig.fetch('d', { value: '/a.tar.gz', extract: false }), undefined)
  t.is(await rig.read('/sandboxes/d/a.tar.gz'), 'x')
  const problem = await rig.fetch('e', { value: '/broken.tar' })
  const command = 'tar -C /sandboxes/e -xof /sandboxes/e/broken.tar'
  t.is(
    problem,
    `Failed to fetch all URIs for container 'e': Failed to fetch '/broken.tar': Failed to extract: command ${command} exited with status 2`,
  )
  t.is((await rig.log('e')).at(-1)?.startsWith("E Failed to fetch '/broken.tar'"), true)
})

test('what is fetched belongs to whom it is fetched for', async (t) => {
  const rig = new Rig()
  await rig.write('/file', 'x')
  rig.user = 'nobody-there'
  t.is(
    await rig.fetch('c', { value: '/file' }),
    "Failed to fetch all URIs for container 'c': Failed to give the sandbox to its user: command chown -hR nobody-there /sandboxes/c exited with status 1",
  )
})

test('what can not be had ends the fetch, and says why', async (t) => {
  const rig = new Rig({ stallTimeoutMs: 30_000 })
  const server = await rig.serve(({ request, reply, stream }) => {
    if (request.target === '/circle') reply({ status: 301, headers: { location: '/circle' } })
    else if (request.target === '/stall') stream({ status: 200 }).write(text('begin'))
    else if (request.target === '/break') {
      const body = stream({ status: 200 })
      body.write(text('begin'))
      body.destroy()
    } else reply({ status: 404 })
  })
  const why = async (value: string): Promise<string> => {
    const problem = await rig.fetch(`c${value.length}`, { value })
    return problem?.replace(/^Failed to fetch all URIs for container '.*?': /, '') ?? ''
  }
  const says = 'Error downloading resource'
  t.is(
    await why(`${server}/none`),
    `Failed to fetch '${server}/none': ${says}, received HTTP return code 404`,
  )
  t.regex(await why(`${server}/circle`), /Number of redirects hit maximum amount \(20\)$/)
  t.regex(
    await why(`${server}/stall`),
    /Operation too slow. Less than 1 bytes\/sec transferred the last 30 seconds$/,
  )
  t.regex(await why(`${server}/break`), /Error downloading resource: /)
  t.regex(await why('http://127.0.0.1:1/a'), /Error downloading resource: .*127\.0\.0\.1:1/)
  t.regex(await why('/nothing'), /Failed to copy '\/nothing': .*ENOENT/)
  t.is(
    await rig.fetch('c', { value: 'http://host' }),
    'Could not fetch: Malformed URI (missing path): http://host',
  )
})

test('links in the sandbox lead nothing out of it', async (t) => {
  const rig = new Rig()
  await rig.write('/file', 'new')
  await rig.write('/outside/file', 'old')
  await rig.write('/sandboxes/c/stdout', '')
  await rig.kit.until(rig.kit.world.disk().link('/outside', '/sandboxes/c/out'))
  await rig.kit.until(rig.kit.world.disk().link('/outside/file', '/sandboxes/c/file'))
  t.regex(
    (await rig.fetch('c', { value: '/file', output_file: 'out/file' })) ?? '',
    /'out\/file' leads out of the sandbox directory$/,
  )
  t.is(await rig.fetch('c', { value: '/file' }), undefined)
  t.is(await rig.read('/outside/file'), 'old')
  t.is(await rig.read('/sandboxes/c/file'), 'new')
})

test('a file that may be kept is downloaded once, by however many containers it is wanted', async (t) => {
  const account = newFetcherAccount()
  const rig = new Rig({ account })
  const bodies: (() => void)[] = []
  const server = await rig.serve(({ request, reply }) => {
    const answer = (): void =>
      reply({
        status: 200,
        headers: { 'content-length': '7' },
        ...(request.method === 'GET' && { body: text('content') }),
      })
    if (request.method === 'HEAD') answer()
    else bodies.push(answer)
  })
  const uri = { value: `${server}/big`, cache: true, extract: false }
  for (const id of ['a', 'b', 'c']) rig.begin(id, uri)
  await rig.kit.settle()
  for (const body of bodies) body()
  for (const _ of ['a', 'b', 'c']) t.is((await rig.probe.receive()).problem, undefined)
  t.is(await rig.fetch('d', uri), undefined)
  t.deepEqual(rig.requests, ['HEAD /big', 'GET /big'])
  for (const id of ['a', 'b', 'c', 'd']) t.is(await rig.read(`/sandboxes/${id}/big`), 'content')
  t.is((await rig.log('d'))[1], `I Fetching URI '${server}/big' from cache`)
  t.is(account.failed, 0)
  t.true(account.succeeded > 1)
  t.true(account.cacheUsedBytes > 0)
  t.is(account.cacheTotalBytes, 2 ** 31)
})

test('when the one that fetches for others ends, they fetch for themselves', async (t) => {
  const rig = new Rig()
  let gets = 0
  const server = await rig.serve(({ request, reply }) => {
    gets += request.method === 'GET' ? 1 : 0
    const isLast = gets > 1 || request.method === 'HEAD'
    if (isLast)
      reply({
        status: 200,
        headers: { 'content-length': '2' },
        ...(request.method === 'GET' && { body: text('ok') }),
      })
  })
  const uri = { value: `${server}/big`, cache: true, extract: false }
  rig.begin('a', uri)
  await rig.kit.settle()
  rig.begin('b', uri)
  await rig.kit.settle()
  rig.cancel('a')
  t.is((await rig.probe.receive()).problem, undefined)
  t.is(await rig.read('/sandboxes/b/big'), 'ok')
  const listed = await rig.kit.until(rig.kit.world.disk().list('/cache'))
  t.deepEqual(listed, [])
})

test('a file too large for the cache is fetched beside it', async (t) => {
  const rig = new Rig({ cacheSizeBytes: 3 })
  await rig.write('/small', 'abc')
  await rig.write('/large', 'abcd')
  const fetch = (id: string, value: string): Promise<string | undefined> =>
    rig.fetch(id, { value, cache: true, extract: false })
  t.is(await fetch('a', '/small'), undefined)
  t.is(await fetch('b', '/large'), undefined)
  t.is(await rig.read('/sandboxes/b/large'), 'abcd')
  t.is(
    (await rig.log('b'))[1],
    "W Reverting to fetching directly into the sandbox for '/large', due to failure to fetch through the cache, with error: Could not reserve 4 bytes in the cache of 3 bytes",
  )
  await rig.write('/other', 'xyz')
  t.is(await fetch('c', '/other'), undefined)
  const listed = await rig.kit.until(rig.kit.world.disk().list('/cache'))
  t.deepEqual(
    listed.map(({ path }) => path),
    ['/cache/c2-other'],
  )
})
