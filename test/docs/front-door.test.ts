import test from 'ava'
import * as troupe from '../../src/index.ts'
import * as actors from '../../src/actors/index.ts'
import * as supervision from '../../src/supervision/index.ts'

const internal = [
  'clipped',
  'counted',
  'DecisionLog',
  'decodeAlone',
  'encodeAlone',
  'findCulprit',
  'record',
  'RestartWindow',
  'subject',
]

test('the front door opens to users what they need, and nothing that rooms need of each other', (t) => {
  const open = Object.keys(troupe)
  for (const name of internal) t.false(open.includes(name), name)
  for (const name of ['ActorSystem', 'oneForOne', 'startNode', 'threadPool', 'accepting']) {
    t.true(open.includes(name), name)
  }
  const known = [...Object.keys(actors), ...Object.keys(supervision)]
  const own = ['isTroupeError', 'nodeEnvironment', 'shapes', 'TroupeError']
  t.deepEqual(open.filter((name) => !known.includes(name)).sort(), own.sort())
})

test('what messages must look like is said in words of their own', (t) => {
  const { protocol, aText } = troupe.shapes
  t.notThrows(() =>
    troupe.accepting(
      protocol({ Say: { words: aText } }),
      troupe.receive(() => undefined),
    ),
  )
})
