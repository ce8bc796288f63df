import { ActorSystem, receive, stateful, stopped } from '../../src/actors/index.ts'
import type { ActorRef, ActorContext } from '../../src/actors/index.ts'
import { nodeEnvironment } from '../../src/platform/index.ts'
import { oneForOne } from '../../src/supervision/index.ts'
import { median } from '../statistics.ts'
import { emit, gate, rate, scaled, spawnAndBytes, timed, wanted } from './harness.ts'

const RUNTIME = 'troupe'
const BACKLOG = 2 ** 23
const idle = receive<number>(() => undefined)

function system(): ActorSystem {
  return ActorSystem.create('bench', { environment: nodeEnvironment() })
}

interface Ball {
  readonly t: string
  readonly n: number
  readonly from?: ActorRef<Ball>
}

interface Increment {
  readonly t: 'inc'
  readonly n: number
}

interface Acknowledge {
  readonly t: 'ack'
  readonly replyTo: ActorRef<number>
}

if (wanted('pingpong')) {
  await rate(RUNTIME, 'pingpong', 3_000_000, async (n) => {
    const sys = system()
    const { opened, open } = gate()
    const pong = sys.spawn<Ball>(
      receive((m) => {
        ;(m.from as ActorRef<Ball>).tell({ t: 'pong', n: m.n })
      }),
    )
    const ping = sys.spawn<Ball>(
      receive((m, ctx) => {
        if (m.n === 0) open()
        else pong.tell({ t: 'ping', n: m.n - 1, from: ctx.self })
      }),
    )
    ping.tell({ t: 'pong', n })
    await opened
    await sys.terminate()
  })
}

if (wanted('tell')) {
  await rate(RUNTIME, 'tell', 5_000_000, async (n) => {
    const sys = system()
    const { opened, open } = gate()
    const sink = sys.spawn<Increment>(
      (count = 0, m) => {
        if (m.t === 'inc' && count + 1 === n) open()
        return count + 1
      },
      'sink',
      { mailbox: { capacity: BACKLOG } },
    )
    const producer = sys.spawn<number>(
      receive(() => {
        for (let i = 0; i < n; i++) sink.tell({ t: 'inc', n: i })
      }),
    )
    producer.tell(1)
    await opened
    await sys.terminate()
  })
}

if (wanted('tell1k')) {
  await rate(RUNTIME, 'tell1k', 5_000_000, async (n) => {
    const sys = system()
    const { opened, open } = gate()
    const sink = sys.spawn<Increment | Acknowledge>((count = 0, m) => {
      if (m.t === 'ack') {
        m.replyTo.tell(1)
        return count
      }
      if (count + 1 === n) open()
      return count + 1
    })
    let i = 0
    const producer = sys.spawn<number>(
      receive((_m, ctx) => {
        for (let k = 0; k < 1000 && i < n; k++, i++) sink.tell({ t: 'inc', n: i })
        if (i < n) sink.tell({ t: 'ack', replyTo: ctx.self })
      }),
    )
    producer.tell(1)
    await opened
    await sys.terminate()
  })
}

if (wanted('fanin4')) {
  await rate(RUNTIME, 'fanin4', 4_000_000, async (n) => {
    const sys = system()
    const { opened, open } = gate()
    const per = Math.floor(n / 4)
    const sink = sys.spawn<Increment>(
      (count = 0, m) => {
        if (m.t === 'inc' && count + 1 === per * 4) open()
        return count + 1
      },
      'sink',
      { mailbox: { capacity: BACKLOG } },
    )
    for (let k = 0; k < 4; k++) {
      let i = 0
      const producer = sys.spawn<number>(
        receive((_m, ctx) => {
          for (let b = 0; b < 1000 && i < per; b++, i++) sink.tell({ t: 'inc', n: i })
          if (i < per) ctx.self.tell(1)
        }),
      )
      producer.tell(1)
    }
    await opened
    await sys.terminate()
  })
}

if (wanted('ring100')) {
  await rate(RUNTIME, 'ring100', 5_000_000, async (n) => {
    const sys = system()
    const { opened, open } = gate()
    const ring: ActorRef<Ball>[] = []
    for (let k = 0; k < 100; k++) {
      let next: ActorRef<Ball> | undefined
      ring.push(
        sys.spawn<Ball>(
          receive((m) => {
            if (m.n === 0) open()
            else (next ??= ring[(k + 1) % 100] as ActorRef<Ball>).tell({ t: 'hop', n: m.n - 1 })
          }),
        ),
      )
    }
    ;(ring[0] as ActorRef<Ball>).tell({ t: 'hop', n })
    await opened
    await sys.terminate()
  })
}

interface Get {
  readonly t: 'get'
  readonly n: number
  readonly replyTo: ActorRef<{ readonly t: string; readonly n: number }>
}

if (wanted('ask') || wanted('ask100')) {
  const answer = receive<Get>((m) => {
    m.replyTo.tell({ t: 'ok', n: m.n })
  })
  if (wanted('ask')) {
    await rate(RUNTIME, 'ask', 1_000_000, async (n) => {
      const sys = system()
      const actor = sys.spawn(answer)
      for (let i = 0; i < n; i++) {
        await actor.ask<{ t: string; n: number }>((replyTo) => ({ t: 'get', n: i, replyTo }))
      }
      await sys.terminate()
    })
  }
  if (wanted('ask100')) {
    await rate(RUNTIME, 'ask100', 1_000_000, async (n) => {
      const sys = system()
      const actor = sys.spawn(answer)
      for (let i = 0; i < n; i += 100) {
        const asks: Promise<unknown>[] = []
        for (let k = 0; k < 100; k++) {
          asks.push(actor.ask<{ t: string; n: number }>((replyTo) => ({ t: 'get', n: i, replyTo })))
        }
        await Promise.all(asks)
      }
      await sys.terminate()
    })
  }
}

if (wanted('spawn') || wanted('bytes')) {
  await spawnAndBytes(RUNTIME, 1_000_000, async () => {
    const sys = system()
    let root: ActorContext<number> | undefined
    const { opened, open } = gate()
    sys
      .spawn<number>(
        receive((_m, ctx) => {
          root = ctx
          open()
        }),
      )
      .tell(1)
    await opened
    return {
      spawn: () => root?.spawn<number>(stateful(0, (count: number, m: number) => count + m)),
      end: async () => void (await sys.terminate()),
    }
  })
}

if (wanted('crash')) {
  await rate(RUNTIME, 'crash', 500_000, async (n) => {
    const sys = ActorSystem.create('bench', {
      environment: nodeEnvironment(),
      // More restarts than a millisecond can see: the window is kept, and never full.
      supervision: oneForOne({ maxRestarts: 2 ** 16, periodMs: 1 }),
    })
    const { opened, open } = gate()
    let left = n
    const child = sys.spawn<string>(
      stateful(
        (ctx: ActorContext<string>) => {
          if (left-- === 0) open()
          else ctx.self.tell('boom')
          return 0
        },
        () => {
          throw new Error('boom')
        },
      ),
    )
    child.tell('boom')
    await opened
    await sys.terminate()
  })
}

if (wanted('forkjoin')) {
  await rate(RUNTIME, 'forkjoin', 1_000_000, async (n) => {
    const sys = system()
    const { opened, open } = gate()
    let back = 0
    let sent = 0
    type Message = { readonly t: 'go' } | { readonly t: 'done'; readonly n: number }
    const work = (ctx: ActorContext<Message>): void => {
      sent++
      const parent = ctx.self
      ctx
        .spawn<{ readonly t: 'work'; readonly n: number }>(
          receive((m) => {
            parent.tell({ t: 'done', n: m.n })
            return stopped
          }),
        )
        .tell({ t: 'work', n: sent })
    }
    const parent = sys.spawn<Message>(
      receive((m, ctx) => {
        if (m.t === 'done') {
          if (++back === n) open()
          else if (sent < n) work(ctx)
          return
        }
        for (let i = 0; i < 100 && sent < n; i++) work(ctx)
      }),
    )
    parent.tell({ t: 'go' })
    await opened
    await sys.terminate()
  })
}

if (wanted('children')) {
  const open = [system(), system()] as const
  const none = await parentOf(open[0], 0)
  const many = await parentOf(open[1], 100_000)
  const n = scaled(2_000_000)
  const ratios: number[] = []
  for (let pair = 0; pair < 8; pair++) {
    const alone = await timed(n, none)
    const crowded = await timed(n, many)
    // The first pair is the warm-up.
    if (pair > 0) ratios.push(crowded / alone)
  }
  emit({ runtime: RUNTIME, row: 'children', value: median(ratios) })
  for (const sys of open) await sys.terminate()
}

/** An actor with so many idle children, and how to send it `n` messages and wait for the last. */
async function parentOf(sys: ActorSystem, children: number): Promise<(n: number) => Promise<void>> {
  let count = 0
  let last = 0
  let { opened, open } = gate()
  const parent = sys.spawn<number>(
    receive((m, ctx) => {
      if (m === -1) {
        for (let i = 0; i < children; i++) ctx.spawn<number>(idle)
        open()
      } else if (++count === last) open()
    }),
    'parent',
    { mailbox: { capacity: BACKLOG } },
  )
  parent.tell(-1)
  await opened
  return async (n) => {
    ;({ opened, open } = gate())
    count = 0
    last = n
    for (let i = 1; i <= n; i++) parent.tell(i)
    await opened
  }
}
