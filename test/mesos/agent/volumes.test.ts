import test from 'ava'
import { memoryEnvironment } from '../../../src/actors/testkit/index.ts'
import { Outbox } from '../../../src/mesos/agent/outbox.ts'
import type { AgentEffect } from '../../../src/mesos/agent/index.ts'
import { keepVolumes } from '../../../src/mesos/agent/volume-keeper.ts'
import { sandboxLinks, volumeChanges, volumesOf } from '../../../src/mesos/agent/volumes.ts'
import type { Resource } from '../../../src/mesos/protocol/index.ts'
import { Rig } from './rig.ts'

const WORK = '/var/troupe'

function volume(id: string, more: Partial<Resource['disk']> = {}, role = 'a/b'): Resource {
  return {
    name: 'disk',
    type: 'SCALAR',
    scalar: { value: 10 },
    reservations: [{ type: 'DYNAMIC', role }],
    disk: { persistence: { id }, volume: { mode: 'RW', container_path: `data/${id}` }, ...more },
  }
}

const kept = { removed: [], emptied: [], created: [], links: [] }
const reserved: Resource = {
  name: 'disk',
  type: 'SCALAR',
  scalar: { value: 5 },
  reservations: [{ type: 'DYNAMIC', role: 'a/b' }],
}

test('a volume is a directory by its role and its id, as with Mesos', (t) => {
  t.deepEqual(volumeChanges(WORK, [], [reserved, volume('v')]), {
    ...kept,
    created: ['/var/troupe/volumes/roles/a b/v'],
  })
  t.deepEqual(volumeChanges(WORK, [volume('v'), volume('w')], [volume('w')]), {
    ...kept,
    removed: ['/var/troupe/volumes/roles/a b/v'],
  })
  t.is(volumeChanges(WORK, [reserved, volume('v')], [volume('v')]), undefined)
})

test('a volume is on the disk that it is of; a mounted one is it, and stays', (t) => {
  const path = volume('v', { source: { type: 'PATH', path: { root: '/mnt/1' } } }, 'r')
  const below = volume('v', { source: { type: 'PATH', path: { root: 'disks/1' } } }, 'r')
  const mount = volume('v', { source: { type: 'MOUNT', mount: { root: '/mnt/2' } } }, 'r')
  t.deepEqual(volumeChanges(WORK, [], [path, below, mount])?.created, [
    '/mnt/1/volumes/roles/r/v',
    '/var/troupe/disks/1/volumes/roles/r/v',
  ])
  t.deepEqual(volumeChanges(WORK, [mount], []), { ...kept, emptied: ['/mnt/2'] })
})

test('a sandbox leads to volumes by their paths in the container, and nowhere out of it', (t) => {
  t.deepEqual(sandboxLinks(WORK, '/s', [reserved, volume('v', {}, 'r')])?.links, [
    { path: '/s/data/v', target: '/var/troupe/volumes/roles/r/v' },
  ])
  const climbing = volume('v', { volume: { mode: 'RW', container_path: 'a/../../b' } })
  t.is(sandboxLinks(WORK, '/s', [climbing, reserved]), undefined)
})

test('a container with files of its own has volumes mounted', (t) => {
  const docker = { type: 'DOCKER', docker: { image: 'i' } } as const
  const { container, links } = volumesOf(WORK, '/s', [volume('v', {}, 'r')], docker)
  t.is(links, undefined)
  t.deepEqual(container?.volumes, [
    { mode: 'RW', container_path: 'data/v', host_path: '/var/troupe/volumes/roles/r/v' },
  ])
  t.deepEqual(volumesOf(WORK, '/s', [reserved], docker), { container: docker })
})

test('volumes are made empty, linked to, emptied and removed', async (t) => {
  const { disk } = memoryEnvironment({ seed: 1 }).environment('agent')
  await disk.makeDirectory('/w/v')
  await disk.writeFile('/w/v/left-over', new Uint8Array(1))
  await disk.makeDirectory('/mnt/1/inner')
  await keepVolumes(disk, { ...kept, created: ['/w/v', '/w/u'] })
  t.deepEqual(await disk.list('/w/v'), [])
  await keepVolumes(disk, { ...kept, links: [{ path: '/s/data/v', target: '/w/v' }] })
  await disk.writeFile('/s/data/v/file', new Uint8Array([7]))
  t.deepEqual(await disk.readFile('/w/v/file'), new Uint8Array([7]))
  await keepVolumes(disk, { ...kept, removed: ['/w/v'], emptied: ['/mnt/1'] })
  t.is(await disk.stat('/w/v'), undefined)
  t.deepEqual(await disk.list('/mnt/1'), [])
})

test('a volume that comes to a sandbox of another user is given to that one first', async (t) => {
  const { disk } = memoryEnvironment({ seed: 1 }).environment('agent')
  const given: string[] = []
  const watched = {
    ...disk,
    giveTo: (user: string, path: string) => {
      given.push(`${path} to ${user}`)
      return Promise.resolve()
    },
  }
  const links = [{ path: '/s/data/v', target: '/w/v' }]
  await keepVolumes(watched, { ...kept, links })
  t.deepEqual(given, [])
  await keepVolumes(watched, { ...kept, links, user: 'ann' })
  t.deepEqual(given, ['/w/v to ann'])
})

test('what an agent is told to keep becomes directories before it goes on', (t) => {
  const rig = new Rig().registered()
  rig.master({ type: 'CHECKPOINT_RESOURCES', checkpoint_resources: { resources: [volume('v')] } })
  t.deepEqual(rig.kinds().slice(0, 2), ['checkpoint', 'volumes'])
  rig.master({ type: 'CHECKPOINT_RESOURCES', checkpoint_resources: { resources: [volume('v')] } })
  t.deepEqual(rig.kinds(), ['checkpoint'], 'it is there already')
})

test('a task that comes to an executor that runs finds its volume in the sandbox', (t) => {
  const rig = Rig.running('one')
  const { containerId } = rig
  rig.launch('two', { resources: [volume('v', {}, 'r')] })
  const work = rig.effects.find((effect) => effect.type === 'volumes')
  t.regex(work?.work.links[0]?.path ?? '', new RegExp(`/runs/${containerId}/data/v$`))
  t.is(work?.work.user, undefined)
  const kinds = rig.kinds()
  t.true(kinds.indexOf('volumes') < kinds.indexOf('send-executor'))
  rig.state = { ...rig.state, options: { ...rig.state.options, switchesUsers: true } }
  rig.launch('three', { resources: [volume('v', {}, 'r')] })
  const next = rig.effects.find((effect) => effect.type === 'volumes')
  t.is(next?.work.user, 'u', 'that of the framework')
})

test('effects wait for the work on volumes before them, and keep their order', async (t) => {
  const ran: string[] = []
  const gates: Promise<void>[] = []
  let finish: () => void = () => undefined
  const outbox: Outbox = new Outbox(
    undefined,
    (effect) => ran.push(effect.type),
    (done) => gates.push(done.then(() => outbox.opened())),
    () => new Promise((resolve) => (finish = resolve)),
  )
  const effect = (type: 'set-master-lease' | 'cancel-timer'): AgentEffect =>
    type === 'cancel-timer' ? { type, key: 'k' } : { type, leaseMs: 1 }
  outbox.put([effect('cancel-timer'), { type: 'volumes', work: kept }, effect('set-master-lease')])
  outbox.put([effect('cancel-timer')])
  t.deepEqual(ran, ['cancel-timer'])
  await new Promise<void>((resolve) => queueMicrotask(resolve))
  for (let turn = 0; turn < 10; turn++) await Promise.resolve()
  finish()
  await Promise.all(gates)
  t.deepEqual(ran, ['cancel-timer', 'set-master-lease', 'cancel-timer'])
})
