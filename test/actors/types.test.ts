import test from 'ava'

import { receive, same, setup, stateful, stopped } from '../../src/actors/index.ts'
import type { ActorRef, AnyRef, Behavior } from '../../src/actors/index.ts'
import { testSystem } from '../../src/actors/testkit/index.ts'

/** Compiles, or does not: the compiler is the test, and says so when an error is missing. */
test('what a ref takes is checked by the compiler', (t) => {
  const kit = testSystem({ interception: false })
  const strings: ActorRef<string> = kit.spawn(receive<string>(() => same))
  const either: ActorRef<string | number> = kit.spawn(receive<string | number>(() => stopped))

  // @ts-expect-error a ref of strings is not a ref of numbers
  const numbers: ActorRef<number> = strings
  // @ts-expect-error a ref of strings does not take all that a ref of either must
  const wider: ActorRef<string | number> = strings
  const narrower: ActorRef<string> = either
  const any: AnyRef = strings

  // @ts-expect-error a ref of strings takes no number
  strings.tell(7)
  // @ts-expect-error nothing can be told to a ref of unknown kind
  any.tell('text')
  narrower.tell('text')
  // @ts-expect-error a ref of strings is offered no number
  void strings.offer(7)
  // @ts-expect-error nothing can be offered to a ref of unknown kind
  void any.offer('text')
  const taken: Promise<void> = strings.offer('text', { timeoutMs: 10 })

  // @ts-expect-error a behavior of strings is not one of numbers
  const ofNumbers: Behavior<number> = receive<string>(() => same)
  // @ts-expect-error a state function returns the state it takes
  stateful<number, string>(0, () => 'text')
  stateful<number, string>(0, (count) => count + 1)
  setup<string>((ctx) => {
    ctx.self.tell('text')
    // @ts-expect-error an actor can't tell itself what it does not take
    ctx.self.tell(7)
    // @ts-expect-error it can't become what does not take its messages
    ctx.become(receive<number>(() => same))
    // @ts-expect-error a timer can't bring what it does not take
    ctx.timers.startSingle('key', 7, 1)
    // @ts-expect-error nor can a watch
    ctx.watch(strings, 7)
    return receive<string>(() => same)
  })
  const asks = (ref: ActorRef<{ readonly replyTo: ActorRef<string> }>): Promise<string> => {
    // @ts-expect-error the reply is what the message's replyTo takes
    void ref.ask<number>((replyTo) => ({ replyTo }))
    return ref.ask<string>((replyTo) => ({ replyTo }))
  }
  setup<string>((ctx) => {
    const greeter: ActorRef<{ readonly replyTo: ActorRef<string> }> = kit.spawn(receive(() => same))
    const reply: Promise<string> = ctx.ask(greeter, (replyTo: ActorRef<string>) => ({ replyTo }), {
      reentrant: true,
    })
    // @ts-expect-error what is asked must be what the ref takes
    void ctx.ask(strings, (replyTo: ActorRef<string>) => ({ replyTo }))
    t.truthy(reply)
    return receive<string>(() => same)
  })
  t.truthy([numbers, wider, narrower, any, ofNumbers, asks, taken])
})

test('an async handler may return the next behavior now and then', async (t) => {
  const kit = testSystem()
  const actor = kit.spawn(
    receive<string>(async (message) => {
      await Promise.resolve()
      if (message === 'last') return stopped
      return undefined
    }),
  )
  actor.tell('first')
  actor.tell('last')
  actor.tell('never')
  await kit.settle()
  t.is(kit.system.ledger().dropped.stopped, 1)
})
