import assert from 'node:assert/strict'
import { ActorSystem, receive, setup, type ActorRef, type Behavior } from 'troupe'
import { faults, testSystem } from 'troupe/testkit'

type Answer = 'reserved' | 'sold out'

interface Reserve {
  readonly type: 'Reserve'
  readonly order: number
  readonly replyTo: ActorRef<Answer>
}

const onTheShelf = 10

// As first written: what is left is a number in the actor.
const careless = (): Behavior<Reserve> =>
  setup(() => {
    let left = onTheShelf
    return receive(({ replyTo }) => {
      if (left > 0) left--
      else return void replyTo.tell('sold out')
      replyTo.tell('reserved')
    })
  })

// After the test: orders are known by their numbers, in a book that outlives the actor.
const careful = (book: Set<number>): Behavior<Reserve> =>
  receive(({ order, replyTo }) => {
    if (book.size < onTheShelf) book.add(order)
    replyTo.tell(book.has(order) ? 'reserved' : 'sold out')
  })

// The shop is the parent: it keeps the book, and restarts the stock when it fails.
const shop = (stock: (book: Set<number>) => Behavior<Reserve>): Behavior<Reserve> =>
  setup((ctx) => {
    const child = ctx.spawn(stock(new Set()), 'stock')
    return receive((order) => {
      child.tell(order)
    })
  })

// A customer who gets no answer asks again, for the same order.
const buy = async (from: ActorRef<Reserve>, order: number): Promise<Answer> => {
  for (;;) {
    const answer = from.ask<Answer>((replyTo) => ({ type: 'Reserve', order, replyTo }), {
      timeoutMs: 200,
    })
    try {
      return await answer
    } catch {
      console.log(`  order ${String(order)} got no answer and asks again`)
    }
  }
}

// The test: a failure, a double and a loss on the way to the stock, and 15 customers for 10 things.
async function sold(
  stock: (book: Set<number>) => Behavior<Reserve>,
  system: ActorSystem,
  until: <T>(promise: Promise<T>) => Promise<T>,
  chaos: ReturnType<typeof faults>,
): Promise<number> {
  const door = system.spawn(shop(stock), 'shop')
  chaos.failOn('/user/shop/stock', { nth: 4 })
  chaos.duplicate('/user/shop/stock', { nth: 7 })
  chaos.drop('/user/shop/stock', { nth: 9 })

  const orders = Array.from({ length: 15 }, (_, index) => index + 1)
  const answers = await until(Promise.all(orders.map((order) => buy(door, order))))
  chaos.expectAllFired()
  for (const { count, says } of (await chaos.stop()).fired)
    console.log(`  ${String(count)} × ${says}`)
  await until(system.terminate())
  return answers.filter((answer) => answer === 'reserved').length
}

for (const [name, stock] of Object.entries({ careless, careful })) {
  console.log(`${name}, simulated`)
  const kit = testSystem()
  const inMemory = await sold(stock, kit.system, (promise) => kit.until(promise), faults(kit))
  console.log(`  sold ${String(inMemory)} of ${String(onTheShelf)}`)

  console.log(`${name}, real`)
  const system = ActorSystem.create('stock')
  const forReal = await sold(stock, system, (promise) => promise, faults(system))
  console.log(`  sold ${String(forReal)} of ${String(onTheShelf)}`)

  assert.equal(inMemory, forReal)
  if (name === 'careful') assert.equal(forReal, onTheShelf)
}
