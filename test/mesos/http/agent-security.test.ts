import test from 'ava'
import { parseAcls, parseCredentials } from '../../../src/mesos/index.ts'
import { AgentRig } from './agent-rig.ts'

type Json = Readonly<Record<string, unknown>>
type Headers = Readonly<Record<string, string>>

const credentials = parseCredentials('ops pw\nother o')
const everywhere = { credentials, readonly: true, readwrite: true }
const as = (principal: string, secret: string): Headers => ({
  authorization: `Basic ${Buffer.from(`${principal}:${secret}`).toString('base64')}`,
})
const OPS = as('ops', 'pw')
const OTHER = as('other', 'o')
const list = (value: unknown): readonly Json[] => value as readonly Json[]

const get = (rig: AgentRig, path: string, headers: Headers = {}) =>
  rig.rig.until(rig.client.send('GET', path, headers))
const json = async (rig: AgentRig, path: string, headers: Headers): Promise<Json> =>
  JSON.parse((await get(rig, path, headers)).text) as Json
const call = (rig: AgentRig, type: string, body: Json, headers: Headers) =>
  rig.rig.until(rig.client.post('/api/v1', { type, [type.toLowerCase()]: body }, headers))

test('whoever does not prove to an agent who it is hears of which realm it must', async (t) => {
  const rig = await AgentRig.start({ security: everywhere })
  for (const [path, realm] of [
    ['/state', 'readonly'],
    ['/slave(1)/state.json', 'readonly'],
    ['/slave%281%29/flags', 'readonly'],
    ['/containers', 'readonly'],
    ['/monitor/statistics', 'readonly'],
    ['/metrics/snapshot', 'readonly'],
    ['/files/browse?path=/', 'readonly'],
    ['/files/read.json?path=/', 'readonly'],
    ['/files/download?path=/', 'readonly'],
    ['/files/debug', 'readonly'],
    ['/nowhere', 'readonly'],
    ['/api/v1', 'readwrite'],
    ['/slave(1)/api/v1', 'readwrite'],
  ] as const) {
    const answer = await get(rig, path)
    const asked = answer.headers['www-authenticate']
    t.deepEqual(
      [answer.status, asked, answer.text],
      [401, `Basic realm="mesos-agent-${realm}"`, '401 Unauthorized.'],
      path,
    )
    t.is((await get(rig, path, as('ops', 'o'))).status, 401, path)
    t.not((await get(rig, path, OPS)).status, 401, path)
  }
  for (const path of ['/health', '/slave(1)/health', '/version', '/api/v1/executor']) {
    t.not((await get(rig, path)).status, 401, path)
  }
})

test('who reads at an agent need not be asked when only its calls are closed', async (t) => {
  const rig = await AgentRig.start({ security: { ...everywhere, readonly: false } })
  t.is((await get(rig, '/state')).status, 200)
  t.is((await call(rig, 'GET_STATE', {}, {})).status, 401)
  t.is((await call(rig, 'GET_STATE', {}, OPS)).status, 200)
})

const any = { type: 'ANY' }
const ops = { principals: { values: ['ops'] } }
const acls = parseAcls(
  JSON.stringify({
    permissive: false,
    view_frameworks: [{ ...ops, users: any }],
    view_executors: [{ ...ops, users: any }],
    view_tasks: [{ ...ops, users: any }],
    view_containers: [{ ...ops, users: any }],
    access_sandboxes: [{ ...ops, users: { values: ['u'] } }],
    view_flags: [{ ...ops, flags: any }],
    get_endpoints: [
      { ...ops, paths: any },
      { principals: { values: ['other'] }, paths: { values: ['/containers'] } },
    ],
  }),
)

test('what a principal may not see of an agent is forbidden, or not there', async (t) => {
  const rig = await AgentRig.start({ security: everywhere, acls })
  await rig.launch('one')
  const state = await json(rig, '/state', OPS)
  const [framework] = list(state['frameworks'])
  const [executor] = list(framework?.['executors'])
  t.is(list(executor?.['tasks']).length, 1)
  t.true('flags' in state)
  t.is(list(await json(rig, '/containers', OPS)).length, 1)

  const dim = await json(rig, '/state', OTHER)
  t.deepEqual([dim['frameworks'], 'flags' in dim], [[], false])
  t.deepEqual(await json(rig, '/containers', OTHER), [])
  const { text } = await call(rig, 'GET_STATE', {}, OTHER)
  t.notRegex(text, /"one"|executor"/)
  t.notRegex((await call(rig, 'GET_CONTAINERS', {}, OTHER)).text, /executor_id/)

  const directory = String(executor?.['directory'])
  const latest = `/frameworks/${String(framework?.['id'])}/executors/executor/runs/latest`
  const unknown = latest.replace('/executors/executor/', '/executors/unknown/')
  for (const path of [
    '/flags',
    '/metrics/snapshot',
    '/monitor/statistics',
    '/files/debug',
    `/files/browse?path=${directory}`,
    `/files/browse?path=${latest}`,
    `/files/browse?path=${unknown}`,
    `/files/read?path=${directory}/stdout&offset=0`,
    `/files/download?path=${latest}/stdout`,
  ]) {
    const answer = await get(rig, path, OTHER)
    t.deepEqual([answer.status, answer.text], [403, '403 Forbidden.'], path)
    t.not((await get(rig, path, OPS)).status, 403, path)
  }
  for (const [type, body] of [
    ['GET_FLAGS', {}],
    ['LIST_FILES', { path: directory }],
    ['READ_FILE', { path: `${directory}/stdout`, offset: 0 }],
  ] as const) {
    const answer = await call(rig, type, body, OTHER)
    t.deepEqual([answer.status, answer.text], [403, '403 Forbidden.'], type)
    t.not((await call(rig, type, body, OPS)).status, 403, type)
  }
  t.is((await get(rig, '/files/browse?path=/etc', OTHER)).status, 404)
})

test('a task that a principal may not see is left out of an executor that it may', async (t) => {
  const hidden = parseAcls(
    JSON.stringify({ view_tasks: [{ principals: any, users: { type: 'NONE' } }] }),
  )
  const rig = await AgentRig.start({ acls: hidden })
  await rig.launch('one')
  const [framework] = list((await json(rig, '/state', {}))['frameworks'])
  const [executor] = list(framework?.['executors'])
  t.deepEqual([executor?.['id'], executor?.['tasks']], ['executor', []])
})
