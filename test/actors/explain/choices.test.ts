import test from 'ava'

import { formatExplanation, leastLoaded, pool, receive } from '../../../src/actors/index.ts'
import type { ResizePool } from '../../../src/actors/index.ts'
import { testSystem } from '../../../src/actors/testkit/index.ts'
import { counter } from '../fixtures/travellers.ts'
import { newWorld, startTestNode } from '../remote/memory-nodes.ts'

test('a router tells among whom it chooses and how it has spread its messages; single messages are not noted', async (t) => {
  const kit = testSystem()
  const work = receive<number>(() => undefined)
  const router = kit.spawn(pool<number>(2, work, { routing: leastLoaded() }), 'router')
  for (let n = 0; n < 100; n++) router.tell(n)
  await kit.settle()
  const before = kit.system.decisions.usage().find(({ point }) => point === 'actors.router')
  t.is(before?.decided, 1)
  const text = formatExplanation(await kit.system.explain('/user/router'), 10_000)
  t.regex(
    text,
    /\/user\/router chooses by least loaded among 2 routees: \S+ was sent 50 and has 0 to handle; \S+ was sent 50 and/,
  )
  t.regex(
    text,
    /\nRouters\n.*Whom may troupe:\/\/test\/user\/router send messages to\? 2 routees by least loaded: /,
  )
  const resize: ResizePool = { type: 'troupe.router.ResizePool', size: 0 }
  router.tell(resize)
  await kit.settle()
  t.regex(
    formatExplanation(await kit.system.explain('/user/router'), 10_000),
    /Nobody: what comes is a dead letter \(no-routee\), because its routees have changed\./,
  )
  await kit.system.stop(router)
  t.deepEqual((await kit.system.explain('/user/router')).answers[0]?.now, [])
})

test('a placement tells which node a child was started on, and why not on another', async (t) => {
  const world = newWorld()
  const a = await startTestNode(world, 'a')
  const spread = a.node.spread({ accepts: ({ system }) => system !== 'c' })
  const child = a.system.spawn(counter({ from: 0 }), 'child', { placement: spread })
  await world.settle()
  const b = await startTestNode(world, 'b')
  const c = await startTestNode(world, 'c')
  await world.until(c.node.join(a.address))
  await world.until(b.node.join(a.address))
  await world.settle()
  t.is(child.path, 'troupe://a/user/child')
  const text = formatExplanation(await world.until(a.system.explain('/user/child')), 10_000)
  t.regex(
    text,
    /Where is troupe:\/\/a\/user\/child started \(any node\)\? Nowhere yet: it waits, because there is no place for it now\./,
  )
  t.regex(
    text,
    /Where is \S+ started \(any node\)\? B@b:\d+, because it has the fewest children of those that can be reached\. Rejected of 2 candidates: 1 not accepted by the placement \(c@c:\d+ with 0\)\./,
  )
})
