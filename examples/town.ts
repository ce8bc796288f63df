import { ActorSystem, oneForOne, receive, setup, stateful, type ActorRef } from 'troupe'

interface Order {
  readonly dish: string
  readonly replyTo: ActorRef<string>
}

// A behavior is a function of state and message. This one fails now and then.
const cook = stateful(0, (served: number, { dish, replyTo }: Order) => {
  if (dish === 'blowfish') throw new Error('the cook has fainted')
  replyTo.tell(`${dish} is served, number ${String(served + 1)} of this cook`)
  return served + 1
})

// Whoever spawns an actor is its parent; the parent's strategy answers its failures.
const restaurant = setup<Order>((ctx) => {
  const kitchen = ctx.spawn(cook, 'cook')
  return receive((order) => {
    kitchen.tell(order)
  })
})

const town = ActorSystem.create('town')
town.eventStream.subscribe('ChildFailed', ({ path, error, directive }) => {
  console.log(`${path}: ${(error as Error).message} → ${directive}`)
})

const door = town.spawn(restaurant, 'restaurant', {
  supervision: oneForOne({ maxRestarts: 3, periodMs: 60_000 }),
})
const order = (dish: string): Promise<string> =>
  door.ask<string>((replyTo) => ({ dish, replyTo }), { timeoutMs: 200 })

console.log(await order('soup'))
console.log(await order('rice'))
console.log(await order('blowfish').catch((error: { code: string }) => error.code))
console.log(await order('tea'))

const { ledger } = await town.terminate()
console.log(
  `${String(ledger.sent)} sent, ${String(ledger.handled)} handled, ${String(ledger.failed)} failed`,
)
