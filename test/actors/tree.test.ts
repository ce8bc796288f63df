import test from 'ava'

import { formatTree, receive, setup, startInspector, stateful } from '../../src/actors/index.ts'
import type { ActorDescription, LedgerReply, TreeReply } from '../../src/actors/index.ts'
import { Gate, testSystem } from '../../src/actors/testkit/index.ts'
import { oneForAll } from '../../src/supervision/index.ts'

const plain = { interception: false }

test('the tree shows each actor under its parent, with what it is and does', async (t) => {
  const kit = testSystem(plain)
  const gate = new Gate()
  const parent = kit.spawn(
    setup<string>((ctx) => {
      const slow = ctx.spawn(
        receive<string>(() => gate.pass()),
        'slow',
        { label: 'sleeper' },
      )
      for (const message of ['a', 'b', 'c']) slow.tell(message)
      ctx.spawn(
        stateful(0, (count) => count + 1),
        'counter',
      )
      return receive<string>(() => {
        throw new TypeError('broken')
      })
    }),
    'parent',
    { supervision: oneForAll() },
  )
  await kit.settle()
  const brief = kit.system
    .tree()
    .map(({ path, depth, behavior, status, mailboxDepth }) => [
      path.replace('troupe://test', ''),
      depth,
      behavior,
      status,
      mailboxDepth,
    ])
  t.deepEqual(brief, [
    ['/', 0, 'receive', 'running', 0],
    ['/system', 1, 'receive', 'running', 0],
    ['/user', 1, 'receive', 'running', 0],
    ['/user/parent', 2, 'receive', 'running', 0],
    ['/user/parent/slow', 3, 'sleeper', 'awaiting', 2],
    ['/user/parent/counter', 3, 'stateful', 'running', 0],
  ])
  t.is(
    kit.system.tree().find(({ path }) => path === parent.path)?.strategy,
    oneForAll().description,
  )
})

test('two looks tell how many messages an actor takes a second', (t) => {
  const row: ActorDescription = {
    path: 'troupe://test/user/busy',
    depth: 2,
    behavior: 'receive',
    strategy: 'one-for-one restart, 10 in 10 s',
    status: 'running',
    mailboxDepth: 7,
    restarts: 1,
    taken: 2 ** 32 - 100,
  }
  const other = { ...row, path: 'troupe://test/user/new' }
  t.is(
    formatTree([{ ...row, taken: 400 }, other], [row], 250),
    [
      'actor     behavior  strategy                         status   mailbox  restarts  msg/s',
      '    busy  receive   one-for-one restart, 10 in 10 s  running        7         1   2000',
      '    new   receive   one-for-one restart, 10 in 10 s  running        7         1      -',
    ].join('\n'),
  )
})

test('the inspector answers for the tree and the ledger, and says what it left out', async (t) => {
  const kit = testSystem(plain)
  const inspector = startInspector(kit.system)
  for (let n = 0; n < 10; n++) kit.spawn(receive<string>(() => undefined))
  const tree = await kit.until(
    inspector.ask<TreeReply>((replyTo) => ({ type: 'GetTree', limit: 5, replyTo })),
  )
  t.is(tree.rows.length, 5)
  t.is(tree.omitted, 9)
  const { ledger } = await kit.until(
    inspector.ask<LedgerReply>((replyTo) => ({ type: 'GetLedger', replyTo })),
  )
  t.is(ledger.sent, 3, 'two asks and the first reply')
})
