import test from 'ava'
import nact from 'nact'

import { ActorSystem, receive } from '../../../src/actors/index.ts'
import type { ActorRef } from '../../../src/actors/index.ts'
import { nactBridge } from '../../../src/actors/nact/index.ts'

interface Question {
  readonly replyTo: unknown
}

const { dispatch, query, spawn } = nact as unknown as {
  readonly dispatch: (reference: unknown, message: unknown) => void
  readonly query: (reference: unknown, message: unknown, timeoutMs: number) => Promise<unknown>
  readonly spawn: (
    parent: unknown,
    f: (state: unknown, message: Question) => void,
    name: string,
  ) => object
}

test('on the real event loop nact and Troupe ask each other', async (t) => {
  const system = ActorSystem.create('nact-real')
  const bridge = nactBridge(system)
  const nactActor = spawn(
    bridge.reference,
    (_state, { replyTo }) => {
      dispatch(replyTo, 'from nact')
    },
    'answers',
  )
  const troupe = system.spawn(
    receive<{ readonly replyTo: ActorRef<string> }>(({ replyTo }) => {
      replyTo.tell('from Troupe')
    }),
  )
  t.is(await bridge.ref<Question>(nactActor).ask<string>((replyTo) => ({ replyTo })), 'from nact')
  t.is(await query(nactActor, (replyTo: unknown) => ({ replyTo }), 5_000), 'from nact')
  t.is(await query(troupe, (replyTo: unknown) => ({ replyTo }), 5_000), 'from Troupe')
  t.is((await system.terminate()).failure, undefined)
})

test('an actor that never rests leaves nact its turns', async (t) => {
  const system = ActorSystem.create('nact-busy')
  const bridge = nactBridge(system)
  const restless = system.spawn(
    receive<string>((message, ctx) => {
      ctx.self.tell(message)
    }),
  )
  const nactActor = spawn(
    bridge.reference,
    (_state, { replyTo }) => {
      dispatch(replyTo, 'in time')
    },
    'answers',
  )
  restless.tell('on and on')
  t.is(await query(nactActor, (replyTo: unknown) => ({ replyTo }), 30_000), 'in time')
  t.is((await system.terminate()).failure, undefined)
})
