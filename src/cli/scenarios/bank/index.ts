/**
 * The scenario `bank`: the runtime itself, under crashes, partitions, resets and ends of threads. A head office has
 * tellers as children, in threads of its own and on branches; they move money in two steps, each of which may come
 * twice. Holds if no money is lost or made, what a teller says comes in order, and every branch that ends is told of once.
 */
export { bank } from './bank.ts'
