import { createActor, fromTransition } from 'xstate'
import type { AnyActorRef } from 'xstate'
import { gate, rate, spawnAndBytes, wanted } from './harness.ts'

/**
 * xstate's lightest actors (a transition function). Its `send` runs the receiver at once when that is not
 * busy, so there are no backlogs, and a send is a function call. It has no ask and no restart.
 */
const RUNTIME = 'xstate'

interface Message {
  readonly type: string
  readonly n: number
  readonly from?: AnyActorRef
}

function actor(handle: (message: Message, self: AnyActorRef) => void): AnyActorRef {
  return createActor(
    fromTransition((state: number, message: Message, { self }) => {
      handle(message, self as AnyActorRef)
      return state
    }, 0),
  ).start() as AnyActorRef
}

if (wanted('pingpong')) {
  await rate(RUNTIME, 'pingpong', 300_000, async (n) => {
    const { opened, open } = gate()
    const pong = actor((m) => (m.from as AnyActorRef).send({ type: 'pong', n: m.n }))
    const ping = actor((m, self) => {
      if (m.n === 0) open()
      else pong.send({ type: 'ping', n: m.n - 1, from: self })
    })
    ping.send({ type: 'pong', n })
    await opened
  })
}

function counting(n: number): { readonly sink: AnyActorRef; readonly counted: Promise<void> } {
  const { opened, open } = gate()
  let count = 0
  const sink = actor(() => {
    if (++count === n) open()
  })
  return { sink, counted: opened }
}

if (wanted('tell')) {
  await rate(RUNTIME, 'tell', 2_000_000, async (n) => {
    const { sink, counted } = counting(n)
    const producer = actor(() => {
      for (let i = 0; i < n; i++) sink.send({ type: 'inc', n: i })
    })
    producer.send({ type: 'go' })
    await counted
  })
}

if (wanted('fanin4')) {
  await rate(RUNTIME, 'fanin4', 2_000_000, async (n) => {
    const { sink, counted } = counting(n)
    for (let k = 0; k < 4; k++) {
      const producer = actor(() => {
        for (let i = 0; i < n / 4; i++) sink.send({ type: 'inc', n: i })
      })
      producer.send({ type: 'go' })
    }
    await counted
  })
}

if (wanted('ring100')) {
  await rate(RUNTIME, 'ring100', 300_000, async (n) => {
    const { opened, open } = gate()
    const ring: AnyActorRef[] = []
    for (let k = 0; k < 100; k++) {
      const member = actor((m) => {
        if (m.n === 0) open()
        else ring[(k + 1) % 100]?.send({ type: 'hop', n: m.n - 1 })
      })
      ring.push(member)
    }
    ring[0]?.send({ type: 'hop', n })
    await opened
  })
}

if (wanted('spawn') || wanted('bytes')) {
  await spawnAndBytes(RUNTIME, 100_000, async () => {
    const alive: AnyActorRef[] = []
    return {
      spawn: () => alive.push(actor(() => undefined)),
      end: () => {
        alive.length = 0
      },
    }
  })
}

if (wanted('forkjoin')) {
  await rate(RUNTIME, 'forkjoin', 200_000, async (n) => {
    const { sink, counted } = counting(n)
    for (let i = 0; i < n; i++) {
      const worker = actor((m) => sink.send({ type: 'done', n: m.n }))
      worker.send({ type: 'work', n: i })
      worker.stop()
    }
    await counted
  })
}
