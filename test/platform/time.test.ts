import { both } from './both.ts'

both('timers fire in the order of their due time', async (t, place) => {
  const { clock } = place.environment()
  const fired: string[] = []
  await new Promise<void>((resolve) => {
    clock.setTimer(40, () => {
      fired.push('late')
      resolve()
    })
    clock.setTimer(1, () => fired.push('early'))
  })
  t.deepEqual(fired, ['early', 'late'])
})

both('a timer never fires before its time, and time never goes back', async (t, place) => {
  const { clock } = place.environment()
  const start = clock.now()
  await new Promise<void>((resolve) => clock.setTimer(12, resolve))
  // Node counts a timer's delay from a time rounded down to milliseconds.
  t.true(clock.now() - start >= 11)
  t.true(clock.wallNow() > Date.UTC(2024, 0, 1) - 1)
})

both('a cancelled timer does not fire, and cancelling again changes nothing', async (t, place) => {
  const { clock } = place.environment()
  const fired: string[] = []
  const cancelled = clock.setTimer(1, () => fired.push('cancelled'))
  cancelled.cancel()
  cancelled.cancel()
  await new Promise<void>((resolve) => {
    const last = clock.setTimer(10, () => {
      last.cancel()
      resolve()
    })
  })
  t.deepEqual(fired, [])
})

both('microtasks run before macrotasks, each kind in the order of the calls', async (t, place) => {
  const { turns } = place.environment()
  const ran: string[] = []
  await new Promise<void>((resolve) => {
    turns.macrotask(() => {
      ran.push('macro 1')
      turns.microtask(() => ran.push('micro 3'))
    })
    turns.macrotask(() => {
      ran.push('macro 2')
      resolve()
    })
    turns.microtask(() => {
      ran.push('micro 1')
      turns.microtask(() => ran.push('micro 2'))
    })
  })
  t.deepEqual(ran, ['micro 1', 'micro 2', 'macro 1', 'micro 3', 'macro 2'])
})

both(
  'a promise that a macrotask resolves is followed before the next macrotask',
  async (t, place) => {
    const { turns } = place.environment()
    const ran: string[] = []
    await new Promise<void>((resolve) => {
      turns.macrotask(() => {
        ran.push('macro 1')
        void (async () => {
          await Promise.resolve()
          ran.push('reaction')
          await Promise.resolve()
          ran.push('reaction of the reaction')
        })()
      })
      turns.macrotask(() => {
        ran.push('macro 2')
        resolve()
      })
    })
    t.deepEqual(ran, ['macro 1', 'reaction', 'reaction of the reaction', 'macro 2'])
  },
)
