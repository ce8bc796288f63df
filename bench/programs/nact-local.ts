import { dispatch, query, spawn, spawnStateless, start, stop } from 'nact'
import type { ActorSystemRef, Ref } from 'nact'
import { median } from '../statistics.ts'
import { emit, gate, rate, repeats, scaled, spawnAndBytes, tick, timed, wanted } from './harness.ts'

/** nact: the same workloads, with fewer messages, since it takes an event-loop turn for each. */
const RUNTIME = 'nact'
const FOREVER_MS = 60_000

interface Ball {
  readonly t: string
  readonly n: number
  readonly from?: Ref<Ball>
}

interface Increment {
  readonly t: 'inc'
  readonly n: number
}

interface Acknowledge {
  readonly t: 'ack'
  readonly replyTo: Ref<number>
}

/** Each measurement has a system of its own. */
const inSystem =
  (body: (system: ActorSystemRef, n: number) => Promise<void>) =>
  async (n: number): Promise<void> => {
    const system = start()
    try {
      await body(system, n)
    } finally {
      stop(system)
    }
  }

if (wanted('pingpong')) {
  const body = inSystem(async (system, n) => {
    const { opened, open } = gate()
    const pong = spawnStateless(system, (m: Ball) => {
      dispatch(m.from as Ref<Ball>, { t: 'pong', n: m.n })
    })
    const ping = spawnStateless(system, (m: Ball, ctx) => {
      if (m.n === 0) open()
      else dispatch(pong, { t: 'ping', n: m.n - 1, from: ctx.self as Ref<Ball> })
    })
    dispatch(ping, { t: 'pong', n })
    await opened
  })
  await rate(RUNTIME, 'pingpong', 200_000, body)
}

if (wanted('tell')) {
  const body = inSystem(async (system, n) => {
    const { opened, open } = gate()
    const sink = spawn(system, (count = 0, m: Increment) => {
      if (m.t === 'inc' && count + 1 === n) open()
      return (count as number) + 1
    })
    const producer = spawnStateless(system, (_m: number) => {
      for (let i = 0; i < n; i++) dispatch(sink, { t: 'inc', n: i })
    })
    dispatch(producer, 1)
    await opened
  })
  await rate(RUNTIME, 'tell', 500_000, body)
}

if (wanted('tell1k')) {
  const body = inSystem(async (system, n) => {
    const { opened, open } = gate()
    const sink = spawn(system, (count = 0, m: Increment | Acknowledge) => {
      if (m.t === 'ack') {
        dispatch(m.replyTo, 1)
        return count as number
      }
      if (count + 1 === n) open()
      return (count as number) + 1
    })
    let i = 0
    const producer = spawnStateless(system, (_m: number, ctx) => {
      for (let k = 0; k < 1000 && i < n; k++, i++) dispatch(sink, { t: 'inc', n: i })
      if (i < n) dispatch(sink, { t: 'ack', replyTo: ctx.self as Ref<number> })
    })
    dispatch(producer, 1)
    await opened
  })
  await rate(RUNTIME, 'tell1k', 500_000, body)
}

if (wanted('fanin4')) {
  const body = inSystem(async (system, n) => {
    const { opened, open } = gate()
    const per = Math.floor(n / 4)
    const sink = spawn(system, (count = 0, m: Increment) => {
      if (m.t === 'inc' && count + 1 === per * 4) open()
      return (count as number) + 1
    })
    for (let k = 0; k < 4; k++) {
      let i = 0
      const producer = spawnStateless(system, (_m: number, ctx) => {
        for (let b = 0; b < 1000 && i < per; b++, i++) dispatch(sink, { t: 'inc', n: i })
        if (i < per) dispatch(ctx.self, 1)
      })
      dispatch(producer, 1)
    }
    await opened
  })
  await rate(RUNTIME, 'fanin4', 400_000, body)
}

if (wanted('ring100')) {
  const body = inSystem(async (system, n) => {
    const { opened, open } = gate()
    const ring: Ref<Ball>[] = []
    for (let k = 0; k < 100; k++) {
      const member = spawnStateless(system, (m: Ball) => {
        if (m.n === 0) open()
        else dispatch(ring[(k + 1) % 100] as Ref<Ball>, { t: 'hop', n: m.n - 1 })
      })
      ring.push(member)
    }
    dispatch(ring[0] as Ref<Ball>, { t: 'hop', n })
    await opened
  })
  await rate(RUNTIME, 'ring100', 400_000, body)
}

if (wanted('ask') || wanted('ask100')) {
  interface Get {
    readonly n: number
    readonly replyTo: Ref<{ readonly n: number }>
  }
  const answering = (system: ActorSystemRef): Ref<Get> =>
    spawnStateless(system, (m: Get) => dispatch(m.replyTo, { n: m.n }))
  const get = (actor: Ref<Get>, n: number): Promise<unknown> =>
    query(actor, (replyTo: Ref<{ readonly n: number }>) => ({ n, replyTo }), FOREVER_MS)
  if (wanted('ask')) {
    const body = inSystem(async (system, n) => {
      const actor = answering(system)
      for (let i = 0; i < n; i++) await get(actor, i)
    })
    await rate(RUNTIME, 'ask', 100_000, body)
  }
  if (wanted('ask100')) {
    const body = inSystem(async (system, n) => {
      const actor = answering(system)
      for (let i = 0; i < n; i += 100) {
        await Promise.all(Array.from({ length: 100 }, () => get(actor, i)))
      }
    })
    await rate(RUNTIME, 'ask100', 100_000, body)
  }
}

if (wanted('spawn') || wanted('bytes')) {
  await spawnAndBytes(RUNTIME, 100_000, async () => {
    const system = start()
    const root = spawnStateless(system, (_m: number) => undefined)
    return {
      // Names of nact's own making are 31-bit random numbers, which collide among so many.
      spawn: (i) => spawn(root, (count = 0, m: number) => (count as number) + m, `c${String(i)}`),
      end: async () => {
        stop(system)
        await tick()
      },
    }
  })
}

if (wanted('crash')) {
  const body = inSystem(async (system, n) => {
    const { opened, open } = gate()
    let left = n
    const parent = spawnStateless(system, (_m: number) => undefined)
    const child: Ref<string> = spawn(
      parent,
      (_state: number, _m: string): number => {
        throw new Error('boom')
      },
      'child',
      {
        initialStateFunc: () => {
          if (left-- === 0) open()
          return 0
        },
        onCrash: (_m, _error, ctx) => {
          dispatch(child, 'boom')
          return ctx.reset
        },
      },
    )
    dispatch(child, 'boom')
    await opened
  })
  await rate(RUNTIME, 'crash', 50_000, body)
}

if (wanted('forkjoin')) {
  const body = inSystem(async (system, n) => {
    const { opened, open } = gate()
    let back = 0
    let sent = 0
    const work = (parent: Ref<string>): void => {
      const id = sent++
      const worker = spawnStateless(
        parent,
        (_m: { readonly n: number }, ctx) => {
          dispatch(parent, 'done')
          stop(ctx.self)
        },
        `w${String(id)}`,
      )
      dispatch(worker, { n: id })
    }
    const parent = spawnStateless(system, (m: string, ctx) => {
      if (m === 'done') {
        if (++back === n) open()
        else if (sent < n) work(ctx.self as Ref<string>)
        return
      }
      for (let i = 0; i < 100 && sent < n; i++) work(ctx.self as Ref<string>)
    })
    dispatch(parent, 'go')
    await opened
  })
  await rate(RUNTIME, 'forkjoin', 100_000, body)
}

if (wanted('children')) {
  const parentOf = (children: number): ((n: number) => Promise<void>) => {
    const system = start()
    let count = 0
    let last = 0
    let { opened, open } = gate()
    const parent = spawnStateless(system, (_m: number) => {
      if (++count === last) open()
    })
    for (let i = 0; i < children; i++) {
      spawnStateless(parent, (_m: number) => undefined, `c${String(i)}`)
    }
    return async (n) => {
      ;({ opened, open } = gate())
      count = 0
      last = n
      for (let i = 0; i < n; i++) dispatch(parent, i)
      await opened
    }
  }
  const none = parentOf(0)
  const many = parentOf(100_000)
  const ratios: number[] = []
  for (let pair = 0; pair <= repeats; pair++) {
    const alone = await timed(scaled(20_000), none)
    // A message takes about 10 ms here: nact copies the map of the children for each.
    const crowded = await timed(40, many)
    if (pair > 0) ratios.push(crowded / alone)
  }
  emit({ runtime: RUNTIME, row: 'children', value: median(ratios) })
}
