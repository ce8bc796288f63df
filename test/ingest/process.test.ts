import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import test from 'ava'
import { troupe } from '../cli/command-line.ts'
import { directoryOf, event, RunningService, sendAll } from './running.ts'

const packed = JSON.stringify(event(1))

test('bodies come plain, or packed by gzip or deflate', async (t) => {
  const service = await RunningService.start(t, `--data-dir=${await directoryOf(t)}`)
  const ways: readonly (readonly [string, Uint8Array<ArrayBuffer>])[] = [
    ['identity', Buffer.from(packed)],
    ['gzip', gzipSync(packed)],
    ['deflate', deflateSync(packed)],
    ['deflate', deflateRawSync(packed)],
  ]
  for (const [encoding, body] of ways) {
    const { status, text } = await service.post(body, { 'content-encoding': encoding })
    t.is(status, 200, `${encoding}: ${text}`)
  }
  t.is(await service.total(), 1)
})

test('what is no event is refused, with a code and the reason', async (t) => {
  const directory = `--data-dir=${await directoryOf(t)}`
  const service = await RunningService.start(t, directory, '--max-body=2000', '--max-batch=2')
  const gzip = { 'content-encoding': 'gzip' }
  const lines = { 'content-type': 'application/x-ndjson' }
  const asked: readonly (readonly [number, string, Promise<{ status: number; text: string }>])[] = [
    [400, 'BODY_INVALID', service.post('{')],
    [400, 'BODY_INVALID', service.post('')],
    [400, 'BODY_INVALID', service.post('not packed', gzip)],
    [400, 'EVENT_INVALID', service.post('{"value":"5"}')],
    [413, 'TOO_LARGE', service.post('x'.repeat(2001))],
    [413, 'TOO_LARGE', service.post(gzipSync(Buffer.alloc(50_000_000)), gzip)],
    [413, 'TOO_LARGE', service.post('1\n2\n3', lines, '/events')],
    [415, 'TYPE_UNSUPPORTED', service.post(packed, { 'content-type': 'text/plain' })],
    [415, 'TYPE_UNSUPPORTED', service.post(packed, { 'content-encoding': 'br' })],
    [415, 'TYPE_UNSUPPORTED', service.post(packed, lines)],
    [404, 'NOT_FOUND', service.ask('/events/more')],
    [405, 'METHOD_WRONG', service.ask('/event')],
    [400, 'EVENT_INVALID', service.ask('/campaign/spring/totals/click')],
  ]
  for (const [status, code, answer] of asked) {
    const told = await answer
    t.is(told.status, status, told.text)
    const { error } = JSON.parse(told.text) as { readonly error: { readonly code: string } }
    t.is(error.code, `TROUPE_INGEST_${code}`)
  }
  t.is((await service.ask('/event')).headers.get('allow'), 'POST')
  const invalid = JSON.parse((await service.post('{"value":"5"}')).text) as {
    readonly error: { readonly fields: object }
  }
  t.deepEqual(invalid.error.fields, {
    '/campaignId': ['is missing'],
    '/eventType': ['is missing'],
    '/timestamp': ['is missing'],
    '/value': ['must be integer'],
  })
  t.is((await service.send(1)) && (await service.total()), 1)
})

test('lines of JSON are a batch', async (t) => {
  const service = await RunningService.start(t, `--data-dir=${await directoryOf(t)}`)
  const body = `${JSON.stringify(event(1))}\r\n\n${JSON.stringify(event(2))}\nno JSON\n`
  const lines = { 'content-type': 'application/x-ndjson; charset=utf-8' }
  const { status, text } = await service.post(body, lines, '/events')
  t.is(status, 207)
  const { results } = JSON.parse(text) as { readonly results: readonly { status: number }[] }
  t.deepEqual(
    results.map((one) => one.status),
    [200, 200, 400],
  )
  t.is(await service.total(), 2)
})

test('the service tells of itself', async (t) => {
  const service = await RunningService.start(t, `--data-dir=${await directoryOf(t)}`)
  t.is(await service.send(1), 200)
  for (const path of ['/health', '/ready']) t.is((await service.ask(path)).status, 200)
  const { headers, text } = await service.ask('/metrics')
  t.regex(headers.get('content-type') ?? '', /^application\/openmetrics-text/)
  t.regex(text, /^troupe_ingest_events_total\{result="stored"\} 1$/m)
  t.regex(text, /^troupe_ingest_requests_total\{route="\/event",status="200"\} 1$/m)
  t.regex(text, /^troupe_ingest_request_duration_seconds_bucket\{route="\/event",le="\+Inf"\} 1$/m)
  t.regex(text, /^troupe_ingest_request_duration_seconds_count\{route="\/event"\} 1$/m)
  t.regex(text, /^troupe_ingest_connection_up\{connection="event log",number="0"\} 1$/m)
  t.regex(text, /\n# EOF\n$/)
  const openApi = JSON.parse((await service.ask('/openapi.json')).text) as {
    readonly openapi: string
    readonly paths: object
  }
  t.is(openApi.openapi, '3.1.0')
  t.deepEqual(Object.keys(openApi.paths), [
    '/event',
    '/events',
    '/campaign/{campaignId}/totals/{eventType}',
    '/health',
    '/ready',
    '/metrics',
    '/openapi.json',
  ])
})

test('nothing that was answered with success is lost when the service is killed right after', async (t) => {
  t.timeout(120_000)
  const directory = `--data-dir=${await directoryOf(t)}`
  const events = 400
  let service = await RunningService.start(t, directory)
  const first = service
  const stored = await sendAll(service, events, (count) => {
    if (count === 150) first.kill('SIGKILL')
  })
  t.is(await service.exit, 'SIGKILL')
  t.true(stored.length >= 150 && stored.length < events, `${stored.length} were stored`)
  service = await RunningService.start(t, directory)
  const kept = await service.total()
  t.true(kept >= stored.length, `${kept} of ${stored.length} are there`)
  // Whoever has no answer sends again: each counts once.
  t.is((await sendAll(service, events)).length, events)
  t.is(await service.total(), events)
  const again = await troupe('replay', directory)
  t.is(again.code, 0, again.stderr)
  t.regex(again.stdout, /\nread \d+: \d+ written, 0 refused by the table, 0 that are no events\n$/)
  t.is(await service.total(), events)
})

/** Sends as much of an event as it is told, and reads what comes. */
async function slowly(url: string): Promise<{ socket: Socket; answer: Promise<string> }> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  let text = ''
  socket.setEncoding('utf8').on('data', (part: string) => (text += part))
  const answer = once(socket, 'close').then(() => text)
  const head = `POST /event HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${packed.length}\r\n\r\n`
  socket.write(head + packed.slice(0, 20))
  return { socket, answer }
}

test('a client that takes too long for its request is told so, and let go', async (t) => {
  const directory = `--data-dir=${await directoryOf(t)}`
  const service = await RunningService.start(t, directory, '--request-timeout=300ms')
  const { answer } = await slowly(service.url)
  t.regex(await answer, /^HTTP\/1\.1 408 /)
  t.is(await service.send(1), 200)
})

test('a service that is told to end answers what it has begun', async (t) => {
  const service = await RunningService.start(t, `--data-dir=${await directoryOf(t)}`)
  const { socket, answer } = await slowly(service.url)
  t.is(await service.send(2), 200)
  service.kill('SIGTERM')
  // Nobody new is let in.
  while ((await service.send(3)) !== 0);
  socket.write(packed.slice(20))
  const text = await answer
  t.regex(text, /^HTTP\/1\.1 200 /)
  t.regex(text, /\r\nconnection: close\r\n/i)
  t.is(await service.exit, 0)
})

test('a directory that is none is told of', async (t) => {
  const directory = await directoryOf(t)
  await writeFile(directory, 'a file')
  const { code, stderr } = await troupe('ingest', '--port=0', `--data-dir=${directory}`)
  t.is(code, 1)
  t.regex(stderr, /\(TROUPE_PLATFORM_STORE_FAILED\)\n$/)
})

test('flags that say nothing are refused', async (t) => {
  for (const [flag, reason] of [
    ['--kafka=one two', /host:port/],
    ['--table=a-b', /letters, digits, underscores/],
    ['--wait=soon', /15secs/],
    ['--table-replicas=0', /dc1:3/],
  ] as const) {
    const { code, stderr } = await troupe('ingest', flag)
    t.is(code, 2)
    t.regex(stderr, reason)
  }
  const { code, stderr } = await troupe('replay', '--from=yesterday')
  t.is(code, 2)
  t.regex(stderr, /2016-03-15T12:00:00Z/)
})
