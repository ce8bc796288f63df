import test from 'ava'

import { isTroupeError } from '../../../src/platform/index.ts'
import {
  checkFault,
  checkFaults,
  describeFault,
  faultTypes,
  pathPattern,
} from '../../../src/actors/faults/index.ts'
import type { FaultError } from '../../../src/actors/faults/index.ts'
import { everyWord } from './every-word.ts'

for (const [type, { fault, says }] of Object.entries(everyWord)) {
  test(`${type} survives JSON, passes its check and has a sentence`, (t) => {
    t.is(String(fault.type), type)
    const copy: unknown = JSON.parse(JSON.stringify(fault))
    t.deepEqual(checkFault(copy), fault)
    t.is(describeFault(fault), says)
  })
}

test('the list of words is whole', (t) => {
  t.deepEqual(faultTypes, Object.keys(everyWord))
})

const refused: readonly (readonly [value: unknown, field: string])[] = [
  [undefined, 'fault'],
  [[], 'fault'],
  [{}, 'fault.type'],
  [{ type: 'explode' }, 'fault.type'],
  [{ type: 'toString' }, 'fault.type'],
  [{ type: 'drop' }, 'fault.actor'],
  [{ type: 'drop', actor: 'user/store' }, 'fault.actor'],
  [{ type: 'drop', actor: '/user/a', nth: 0 }, 'fault.nth'],
  [{ type: 'drop', actor: '/user/a', nth: 1.5 }, 'fault.nth'],
  [{ type: 'drop', actor: '/user/a', nth: 1, every: 2 }, 'fault.every'],
  [{ type: 'drop', actor: '/user/a', probability: 0 }, 'fault.probability'],
  [{ type: 'drop', actor: '/user/a', probabillity: 0.5 }, 'fault.probabillity'],
  [{ type: 'delay', actor: '/user/a' }, 'fault.delayMs'],
  [{ type: 'delay', actor: '/user/a', delayMs: Number.NaN }, 'fault.delayMs'],
  [{ type: 'delay', actor: '/user/a', delayMs: 2 ** 31 }, 'fault.delayMs'],
  [{ type: 'fail', actor: '/user/a', error: { kode: 'E' } }, 'fault.error.kode'],
  [{ type: 'cut-link', from: 'a', to: 'a' }, 'fault.to'],
  [{ type: 'cut-link', from: 'a', to: 'b', direction: 'up' }, 'fault.direction'],
  [{ type: 'slow-link', from: 'a', to: 'b' }, 'fault.delayMs'],
  [{ type: 'slow-node', node: 'a', runRatio: 1 }, 'fault.runRatio'],
  [{ type: 'crash-node', node: 'a', disk: 'burnt' }, 'fault.disk'],
  [{ type: 'skew-clock', node: 'a', offsetMs: 0 }, 'fault.offsetMs'],
  [{ type: 'kill-process', node: 'a', at: { nth: 2 } }, 'fault.at.actor'],
  [{ type: 'kill-process', node: 'a', at: { afterMs: 1, nth: 2 } }, 'fault.at.nth'],
  [{ type: 'kill-process', node: 'a', at: 'soon' }, 'fault.at'],
]

for (const [value, field] of refused) {
  test(`${JSON.stringify(value) ?? 'nothing'} is refused for its ${field}`, (t) => {
    const error = t.throws<FaultError>(() => checkFault(value))
    t.true(isTroupeError(error, 'TROUPE_FAULT_INVALID'))
    t.is(error?.data['field'], field)
  })
}

test('in a list the place of the bad one is named', (t) => {
  const error = t.throws<FaultError>(() => checkFaults([everyWord.drop.fault, { type: 'freeze' }]))
  t.is(error?.data['field'], 'faults[1].node')
})

test('a star stands for a part of a name, two for names, and a whole path for one system', (t) => {
  const fits = (pattern: string, path: string): boolean => pathPattern(pattern)(path)
  t.true(fits('/user/store', 'troupe://shop/user/store'))
  t.true(fits('/user/shard-*', 'troupe://shop/user/shard-12'))
  t.false(fits('/user/shard-*', 'troupe://shop/user/shard-1/child'))
  t.true(fits('/user/**', 'troupe://shop/user/shard-1/child'))
  t.false(fits('/user/**', 'troupe://shop/user'))
  t.true(fits('/user/**/child', '/user/a/b/child'))
  t.true(fits('/user/a.(b)+', '/user/a.(b)+'))
  t.false(fits('/user/a.b', '/user/axb'))
  t.true(fits('troupe://shop/user/*', 'troupe://shop/user/store'))
  t.false(fits('troupe://shop/user/*', 'troupe://other/user/store'))
  t.true(fits('/user/$*', 'troupe://shop/user/$7'))
})
