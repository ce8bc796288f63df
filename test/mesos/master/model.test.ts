import test from 'ava'
import fc from 'fast-check'
import { Model, type Action } from './model.ts'

const action: fc.Arbitrary<Action> = fc.tuple(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        'subscribe',
        'register',
        'allocate',
        'take-offers',
        'accept',
        'reserve',
        'finish',
      ),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'leave',
        'failover',
        'teardown',
        'cut',
        'expire',
        'decline',
        'operate',
        'acknowledge',
        'kill-executor',
        'drop-task',
      ),
    },
  ),
  fc.nat(1000),
)

test('whatever happens, master and allocator agree on who holds what, and no task ends twice', (t) => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 120, size: 'max' }), (actions) => {
      const model = new Model()
      for (const one of actions) model.act(one)
      model.settle()
      const wrong = model.disagreements()
      if (wrong.length > 0) t.log(wrong.join('\n'))
      return wrong.length === 0
    }),
    { numRuns: 1500 },
  )
  t.pass()
})
