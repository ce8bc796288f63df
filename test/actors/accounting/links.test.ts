import test from 'ava'

import { ledgerImbalance, receive, type LinkAccount } from '../../../src/actors/index.ts'
import { joinedNodes, newWorld, spawnSeer, startTestNode } from '../remote/memory-nodes.ts'

const adds = ({ counts, lost, unknown, onTheirWay }: LinkAccount): boolean =>
  counts.sent === counts.acknowledged + lost + unknown + onTheirWay

test('across a link that breaks, what was sent is acknowledged, lost, unknown or on its way', async (t) => {
  const { world, a, b, peer } = await joinedNodes()
  spawnSeer<number>(b.system, 'seer')
  const ref = await world.until(peer.resolve<number>('/user/seer'))
  world.network.setDelay(5)
  const account = (): LinkAccount => {
    const [link] = a.system.ledgerReport().links
    if (link === undefined) throw new TypeError('no link')
    return link
  }
  const states = new Set<string>()
  for (let round = 0; round < 20; round++) {
    for (let i = 0; i < 50; i++) ref.tell(i)
    await world.advance(2)
    t.true(adds(account()))
    if (round % 5 === 2) world.network.reset('a', 'b')
    await world.advance(1)
    states.add(account().state)
    t.true(adds(account()))
    await world.advance(300)
  }
  await world.advance(10_000)
  const end = account()
  t.is(end.state, 'up')
  t.is(end.unknown + end.onTheirWay, 0)
  t.true(end.lost > 0)
  t.deepEqual([...states].sort(), ['broken', 'up'])
})

test('of a link that is lost, what nobody acknowledged is unknown; its account is kept', async (t) => {
  const world = newWorld()
  const a = await startTestNode(world, 'a', { unreachableLimitMs: 10_000 })
  const b = await startTestNode(world, 'b', { unreachableLimitMs: 10_000 })
  b.system.spawn(
    receive<number>(() => undefined),
    'sink',
  )
  const peer = await world.until(a.node.join(b.address))
  const ref = await world.until(peer.resolve<number>('/user/sink'))
  ref.tell(1)
  await world.advance(1_000)
  world.network.cut('a', 'b')
  ref.tell(2)
  ref.tell(3)
  await world.advance(8_000)
  ref.tell(4)
  await world.advance(30_000)
  const report = a.system.ledgerReport()
  const [link] = report.links
  t.is(link?.state, 'ended')
  t.regex(link?.reason ?? '', /./)
  t.is(link?.counts.acknowledged, 1)
  t.is(link?.lost, 0)
  t.is(link?.unknown, 2)
  t.is(link?.counts.dropped, 1)
  t.true(link !== undefined && adds(link))
  t.deepEqual(report.types['link-lost'], { number: 1 })
  t.is(ledgerImbalance(report.ledger), 0)
})

test('accounts of many ended links do not add up without bound', async (t) => {
  const world = newWorld()
  const a = await startTestNode(world, 'a')
  for (let n = 0; n < 20; n++) {
    const other = await startTestNode(world, `n${String(n)}`)
    await world.until(other.node.join(a.address))
    await world.until(other.system.terminate())
  }
  await world.advance(60_000)
  t.is(a.system.ledgerReport().links.length, 16)
})
