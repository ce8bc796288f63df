// comlink ships this module's types under a name that NodeNext resolution does not look at.
declare module 'comlink/dist/esm/node-adapter.mjs' {
  import type { Endpoint } from 'comlink'
  import type { MessagePort } from 'node:worker_threads'
  export default function nodeEndpoint(port: MessagePort): Endpoint
}
