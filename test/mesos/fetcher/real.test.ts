import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { ActorSystem } from '../../../src/actors/index.ts'
import { fetcherBehavior, type Fetched } from '../../../src/mesos/fetcher/index.ts'
import type { CommandUri } from '../../../src/mesos/protocol/index.ts'
import { nodeEnvironment } from '../../../src/platform/index.ts'

/** Whether the tool is on this machine. */
function has(tool: string): boolean {
  try {
    execFileSync('/bin/sh', ['-c', `command -v ${tool}`])
    return true
  } catch {
    return false
  }
}

/** A system with a fetcher, and a folder of archives of a file `data/hello`; all gone when `body` is done. */
async function withFetcher(
  body: (
    place: string,
    fetch: (id: string, ...uris: readonly CommandUri[]) => Promise<string | undefined>,
  ) => Promise<void>,
): Promise<void> {
  const place = mkdtempSync(join(tmpdir(), 'troupe-fetcher-'))
  mkdirSync(join(place, 'data'))
  writeFileSync(join(place, 'data', 'hello'), 'hello')
  const system = ActorSystem.create('fetching', { environment: nodeEnvironment() })
  const fetcher = system.spawn(fetcherBehavior({ cacheDirectory: join(place, 'cache') }), 'fetcher')
  try {
    await body(place, async (containerId, ...uris) => {
      const sandbox = join(place, containerId)
      const order = { type: 'fetch', containerId, uris, sandbox } as const
      const answer = await fetcher.ask<Fetched>((replyTo) => ({ ...order, replyTo }), {
        timeoutMs: 60_000,
      })
      return answer.problem
    })
  } finally {
    await system.terminate()
    rmSync(place, { recursive: true })
  }
}

const KINDS: readonly (readonly [name: string, tool: string, make: string])[] = [
  ['a.tar', 'tar', 'tar -cf a.tar data'],
  ['a.tgz', 'tar', 'tar -czf a.tgz data'],
  ['a.tar.bz2', 'bzip2', 'tar -cjf a.tar.bz2 data'],
  ['a.tar.xz', 'xz', 'tar -cJf a.tar.xz data'],
  ['a.zip', 'zip', 'zip -qr a.zip data'],
]
for (const [name, tool, make] of KINDS) {
  const run = has(tool) ? test : test.skip
  run(`${name} is unpacked by the tools of this machine, straight and from the cache`, (t) =>
    withFetcher(async (place, fetch) => {
      execFileSync('/bin/sh', ['-c', make], { cwd: place })
      for (const cache of [false, true]) {
        const id = `sandbox-${String(cache)}`
        t.is(await fetch(id, { value: join(place, name), cache }), undefined)
        t.is(readFileSync(join(place, id, 'data', 'hello'), 'utf8'), 'hello')
      }
    }),
  )
}

test('a single file is unpacked by its name without .gz', (t) =>
  withFetcher(async (place, fetch) => {
    execFileSync('gzip', ['-k', join(place, 'data', 'hello')])
    const value = join(place, 'data', 'hello.gz')
    t.is(await fetch('sandbox', { value, cache: true }), undefined)
    t.is(readFileSync(join(place, 'sandbox', 'hello'), 'utf8'), 'hello')
  }))

test('what is no archive, and an archive that writes through a link, fail with what the tool says', (t) =>
  withFetcher(async (place, fetch) => {
    writeFileSync(join(place, 'no.tar'), 'no archive')
    t.regex((await fetch('a', { value: join(place, 'no.tar') })) ?? '', /exited with status 2$/)
    t.regex(readFileSync(join(place, 'a', 'stderr'), 'utf8'), /does not look like a tar archive/)

    mkdirSync(join(place, 'outside'))
    mkdirSync(join(place, 'evil'))
    symlinkSync(join(place, 'outside'), join(place, 'evil', 'out'))
    execFileSync('tar', ['-cf', '../evil.tar', 'out'], { cwd: join(place, 'evil') })
    rmSync(join(place, 'evil', 'out'))
    mkdirSync(join(place, 'evil', 'out'))
    writeFileSync(join(place, 'evil', 'out', 'file'), 'x')
    execFileSync('tar', ['-rf', '../evil.tar', 'out/file'], { cwd: join(place, 'evil') })
    await fetch('b', { value: join(place, 'evil.tar') })
    t.throws(() => readFileSync(join(place, 'outside', 'file')), { code: 'ENOENT' })
  }))

test('a large file comes whole over a real connection, by way of a redirect', (t) =>
  withFetcher(async (place, fetch) => {
    const content = Buffer.alloc(20 * 1024 * 1024, 'content ')
    const server = createServer((request, response) => {
      if (request.url === '/moved') response.writeHead(302, { location: '/big' }).end()
      else response.end(content)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    try {
      const value = `http://127.0.0.1:${port}/moved`
      t.is(await fetch('sandbox', { value, output_file: 'bin/big', executable: true }), undefined)
      t.true(readFileSync(join(place, 'sandbox', 'bin', 'big')).equals(content))
      execFileSync('test', ['-x', join(place, 'sandbox', 'bin', 'big')])
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }))
