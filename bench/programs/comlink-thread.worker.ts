import { parentPort } from 'node:worker_threads'
import { expose } from 'comlink'
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'
import type { Order } from './message.ts'

let sum = 0

const api = {
  echo: (message: Order): Order => message,
  tell: (message: Order): void => {
    sum += message.seq
  },
  sum: (): number => sum,
}

export type EchoApi = typeof api

if (parentPort !== null) expose(api, nodeEndpoint(parentPort))
