import { readFileSync } from 'node:fs'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { ActorSystem, receive, startNode } from '../../../src/actors/index.ts'
import type {
  ActorRef,
  NodeOptions,
  RemoteNode,
  Terminated,
  TroupeNode,
} from '../../../src/actors/index.ts'
import { nodeEnvironment } from '../../../src/platform/index.ts'
import type { ChildProcess, TlsOptions } from '../../../src/platform/index.ts'
import { counter } from '../fixtures/travellers.ts'

// Systems end here because they should.
const environment = nodeEnvironment({ log: { level: 'off' } })
const PEER = new URL('../fixtures/peer-process.js', import.meta.url).pathname
const WAIT = { timeoutMs: 20_000 }

interface Echo {
  readonly value: unknown
  readonly replyTo: ActorRef<unknown>
}

async function start(
  t: ExecutionContext,
  name: string,
  options: NodeOptions = {},
): Promise<{ system: ActorSystem; node: TroupeNode; address: string }> {
  const system = ActorSystem.create(name, { environment })
  const node = await startNode(system, { secret: 'hush', ...options })
  t.teardown(() => system.terminate())
  system.spawn(
    receive<Echo>((message) => {
      message.replyTo.tell(message.value)
    }),
    'echo',
  )
  return { system, node, address: `127.0.0.1:${String(node.address?.port)}` }
}

/** A process with a node of its own that has joined `to`. */
async function startPeer(
  t: ExecutionContext,
  to: { node: TroupeNode; address: string },
): Promise<{ child: ChildProcess; peer: RemoteNode }> {
  const joined = new Promise<RemoteNode>((resolve) => to.node.onJoined(resolve))
  const child = await environment.processes.start({
    command: PEER,
    args: [to.address],
    node: true,
    stderr: 'inherit',
  })
  t.teardown(() => {
    child.kill('SIGKILL')
  })
  return { child, peer: await joined }
}

test('a peer process that is killed with SIGKILL is lost: watchers, asks and children hear at once', async (t) => {
  const a = await start(t, 'a')
  const { child, peer } = await startPeer(t, a)
  const silent = await peer.resolve<unknown>('/user/silent')
  const ending = new Promise<Terminated>((resolve) => {
    const watcher = a.system.spawn(
      receive<'watch'>(
        (_message, ctx) => {
          ctx.watch(silent)
        },
        (signal) => {
          if (signal.type === 'Terminated') resolve(signal)
        },
      ),
    )
    watcher.tell('watch')
  })
  const failed = new Promise<unknown>((resolve) => {
    a.system.eventStream.subscribe('ChildFailed', ({ error }) => {
      resolve(error)
    })
  })
  const counted = a.system.spawn(counter({ from: 3 }), 'counter', { placement: peer })
  t.is(await counted.ask<number>((replyTo) => ({ type: 'Get', replyTo }), WAIT), 3)
  const ask = silent.ask(() => 'anyone?', { timeoutMs: 600_000 })
  child.kill('SIGKILL')
  await t.throwsAsync(ask, { code: 'TROUPE_NODE_LOST' })
  t.is((await ending).reason, 'node-lost')
  t.like(await failed, { code: 'TROUPE_NODE_LOST' })
  t.regex(await peer.whenLost, /nobody listens/)
})

test('a peer process that is stopped is out of reach, and linked again once it goes on', async (t) => {
  const a = await start(t, 'a', {
    heartbeatMs: 50,
    detector: { acceptablePauseMs: 100 },
    unreachableLimitMs: 60_000,
    handshakeMs: 1_000,
  })
  const { child, peer } = await startPeer(t, a)
  const echo = await peer.resolve<Echo>('/user/echo')
  const unreachable = new Promise((resolve) => {
    a.system.eventStream.subscribe('NodeUnreachable', resolve)
  })
  const reachable = new Promise((resolve) => {
    a.system.eventStream.subscribe('NodeReachable', resolve)
  })
  child.kill('SIGSTOP')
  await unreachable
  t.is(peer.state, 'unreachable')
  child.kill('SIGCONT')
  await reachable
  const value = { back: true }
  t.deepEqual(await echo.ask((replyTo) => ({ value, replyTo }), WAIT), value)
})

function tls(name: string, authority = 'authority'): TlsOptions {
  const read = (file: string): string =>
    readFileSync(new URL(`../../../../test/fixtures/tls/${file}.pem`, import.meta.url), 'utf8')
  return { cert: read(`${name}.cert`), key: read(`${name}.key`), ca: read(`${authority}.cert`) }
}

test('with certificates both sides know each other; a stranger gets no link', async (t) => {
  const a = await start(t, 'a', { host: '0.0.0.0', secret: undefined as never, tls: tls('node') })
  const b = await start(t, 'b', { secret: undefined as never, tls: tls('node') })
  const peer = await b.node.join(a.address)
  const echo = await peer.resolve<Echo>('/user/echo')
  t.is(await echo.ask((replyTo) => ({ value: 'sealed', replyTo }), WAIT), 'sealed')
  const stranger = await start(t, 'c', { tls: tls('stranger', 'stranger-authority') })
  const plain = await start(t, 'd')
  await t.throwsAsync(stranger.node.join(a.address, { timeoutMs: 1_000 }), {
    code: 'TROUPE_NODE_UNREACHABLE',
  })
  await t.throwsAsync(plain.node.join(a.address, { timeoutMs: 1_000 }))
  t.is(a.node.nodes.length, 1)
})

test('beyond loopback a node wants a secret or certificates', async (t) => {
  const system = ActorSystem.create('open', { environment })
  t.teardown(() => system.terminate())
  await t.throwsAsync(startNode(system, { host: '0.0.0.0' }), {
    code: 'TROUPE_NODE_SECRET_REQUIRED',
  })
})

test('large messages and small ones share the road, on both lanes', async (t) => {
  const a = await start(t, 'a')
  const b = await start(t, 'b', { listen: false })
  let sum = 0
  let done: (sum: number) => void = () => undefined
  const whole = new Promise<number>((resolve) => (done = resolve))
  a.system.spawn(
    receive<Uint8Array>((bytes) => {
      sum += bytes.length
      if (sum === 20_000_000) done(sum)
    }),
    'blocks',
    { lane: 'bulk' },
  )
  const peer = await b.node.join(a.address)
  const blocks = await peer.resolve<Uint8Array>('/user/blocks')
  const echo = await peer.resolve<Echo>('/user/echo')
  for (let i = 0; i < 20; i++) blocks.tell(new Uint8Array(1_000_000))
  t.is(await echo.ask((replyTo) => ({ value: 1, replyTo }), WAIT), 1)
  t.is(await whole, 20_000_000)
  // And towards a node that does not listen: it is asked to call.
  let heard: (bytes: Uint8Array) => void = () => undefined
  const back = new Promise<Uint8Array>((resolve) => (heard = resolve))
  b.system.spawn(
    receive<Uint8Array>((bytes) => {
      heard(bytes)
    }),
    'sink',
    { lane: 'bulk' },
  )
  const [fromA] = a.node.nodes
  const sink = await fromA?.resolve<Uint8Array>('/user/sink')
  sink?.tell(new Uint8Array(300_000).fill(9))
  t.is((await back).at(-1), 9)
})
