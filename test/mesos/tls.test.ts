import { readFileSync } from 'node:fs'
import test from 'ava'
import { ActorSystem } from '../../src/actors/index.ts'
import { connectMesos, schedulerDriver, startMasterNode } from '../../src/mesos/index.ts'
import type { SchedulerDriverEvent } from '../../src/mesos/index.ts'
import { bodyOf, nodeEnvironment } from '../../src/platform/index.ts'

function pem(name: string): string {
  return readFileSync(new URL(`../../../test/fixtures/tls/${name}.pem`, import.meta.url), 'utf8')
}

const environment = nodeEnvironment()
const tls = { cert: pem('node.cert'), key: pem('node.key') }
const ca = pem('authority.cert')

test('a framework of the house registers by HTTPS, with a master that it trusts', async (t) => {
  const http = { host: '127.0.0.1', port: 0, tls }
  const master = await startMasterNode({ environment, http })
  const url = `https://${master.httpAddress ?? ''}`
  const system = ActorSystem.create('framework', { environment })
  const subscribed = await new Promise<SchedulerDriverEvent>((resolve) => {
    const handler = system.spawnService<SchedulerDriverEvent>((_state: undefined, event) => {
      resolve(event)
      return undefined
    }, 'handler')
    const framework_info = { user: 'u', name: 'secure' }
    const openMaster = connectMesos(system, url, { ca })
    system.spawnService(schedulerDriver({ framework_info, openMaster, handler }), 'driver')
  })
  t.is(subscribed.type, 'SUBSCRIBED')
  await system.terminate()
  await master.system.terminate()
})

test('a client that does not trust the certificate is not connected', async (t) => {
  const listener = await environment.http.listen(
    { host: '127.0.0.1', port: 0 },
    ({ reply }) => reply({ status: 200 }),
    { tls },
  )
  const request = { method: 'GET', target: '/', headers: {}, body: new Uint8Array(0) }
  await t.throwsAsync(environment.http.request(listener.address, request, { isSecure: true }), {
    code: 'TROUPE_PLATFORM_CONNECTION_LOST',
  })
  const secure = { isSecure: true, ca }
  t.is((await environment.http.request(listener.address, request, secure)).status, 200)
  await listener.close()
})

test('an answer of some length is compressed for whoever takes gzip', async (t) => {
  const body = new TextEncoder().encode('x'.repeat(2000))
  const listener = await environment.http.listen({ host: '127.0.0.1', port: 0 }, ({ reply }) =>
    reply({ status: 200, body }),
  )
  const ask = async (accept: string) => {
    const headers = { 'accept-encoding': accept }
    const request = { method: 'GET', target: '/', headers, body: new Uint8Array(0) }
    const response = await environment.http.request(listener.address, request)
    const bytes = await bodyOf(response)
    return [response.headers['content-encoding'], bytes.byteLength < 2000]
  }
  t.deepEqual(await ask('gzip, deflate'), ['gzip', true])
  t.deepEqual(await ask('*'), ['gzip', true])
  t.deepEqual(await ask('gzip;q=0, *'), [undefined, false])
  t.deepEqual(await ask('identity'), [undefined, false])
  await listener.close()
})
