import { createServer, type Server, type ServerResponse } from 'node:http'
import test, { type ExecutionContext } from 'ava'
import { RealContainers } from './rig.ts'

/** What a fake engine answers: what a real one can't be brought to do. */
type Answers = (call: string, response: ServerResponse) => void

const container = { type: 'DOCKER', docker: { image: 'i' } } as const

async function withEngine(t: ExecutionContext, answers: Answers): Promise<RealContainers> {
  const bare = await RealContainers.start()
  t.teardown(() => bare.end())
  const dockerSocket = `${bare.directory}/engine.sock`
  const server: Server = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      const call = `${request.method} ${(request.url ?? '').split('?')[0]}`
      if (call === 'GET /version') json(response, 200, {})
      else answers(call, response)
    })
  })
  await new Promise<void>((resolve) => void server.listen(dockerSocket, resolve))
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const options = { containerizers: 'docker', dockerSocket }
  const containers = await RealContainers.start(options, bare.directory)
  t.teardown(() => containers.end())
  return containers
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

test('a pull that fails on the way keeps a container from starting, in the words of the engine', async (t) => {
  const containers = await withEngine(t, (call, response) => {
    if (call.startsWith('GET /images/')) json(response, 404, { message: 'No such image' })
    else if (call === 'POST /images/create') {
      response.end(
        '{"status":"Pulling"}\r\n{"errorDetail":{},"error":"no space left on device"}\r\n',
      )
    } else json(response, 404, { message: 'none' })
  })
  const { reason } = await containers.run('true', { container }).next('container-failed')
  t.regex(reason, /failed at the pull of i: no space left on device$/)
})

test('an engine that refuses says why', async (t) => {
  const containers = await withEngine(t, (call, response) => {
    if (call.startsWith('GET /images/')) json(response, 200, {})
    else if (call === 'POST /containers/create') json(response, 409, { message: 'Conflict: taken' })
    else json(response, 404, {})
  })
  const { reason } = await containers.run('true', { container }).next('container-failed')
  t.regex(reason, /failed at POST \/containers\/create.*: Conflict: taken$/)
})

test('an engine that breaks off while a container runs is asked again how it ended', async (t) => {
  let waits = 0
  const containers = await withEngine(t, (call, response) => {
    if (call.startsWith('GET /images/')) json(response, 200, {})
    else if (call === 'POST /containers/create') json(response, 201, { Id: 'x' })
    else if (call.endsWith('/start') || call.startsWith('DELETE')) response.writeHead(204).end()
    else if (call.endsWith('/logs')) response.end()
    else if (call.endsWith('/wait')) {
      waits += 1
      if (waits === 1) response.destroy()
      else json(response, 200, { StatusCode: 3 })
    } else {
      const State = { Running: waits < 2, ExitCode: 3, Pid: 0 }
      json(response, 200, { Id: 'x', State, NetworkSettings: {}, HostConfig: {} })
    }
  })
  const run = containers.run('true', { container })
  t.is((await run.next('container-started')).mark, 'x')
  t.deepEqual((await run.next('container-exited')).exit, { code: 3, signal: undefined })
  t.is(waits, 2)
})

test('one that was removed behind the back of its agent has ended, nobody knows how', async (t) => {
  const containers = await withEngine(t, (_call, response) => json(response, 404, {}))
  const running = { pid: 1, mark: 'x' }
  const run = containers.run('true', { container, running, outlivesAgent: true })
  await run.next('container-started')
  t.is((await run.next('container-exited')).exit, undefined)
})

test('without an engine an agent does not start', async (t) => {
  const options = { containerizers: 'mesos,docker', dockerSocket: '/nowhere/docker.sock' }
  const bare = await RealContainers.start()
  t.teardown(() => bare.end())
  await t.throwsAsync(RealContainers.start(options, bare.directory), {
    code: 'TROUPE_MESOS_CONTAINERIZER_UNAVAILABLE',
    message: /^No Docker engine answers at \/nowhere\/docker\.sock/,
  })
})
