import { parentPort } from 'node:worker_threads'
import type { Order } from './message.ts'

let count = 0
let last = 0

parentPort?.on('message', (message: Order | number) => {
  if (typeof message === 'number') {
    count = 0
    last = message
  } else if (message.type === 'order.echo') parentPort?.postMessage(message)
  else if (++count === last) parentPort?.postMessage(count)
})
