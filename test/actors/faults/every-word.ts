import type { Fault, FaultType } from '../../../src/actors/faults/index.ts'

/** One fault of each type, with its sentence. */
export const everyWord: Readonly<
  Record<FaultType, { readonly fault: Fault; readonly says: string }>
> = {
  fail: {
    fault: { type: 'fail', actor: '/user/store', nth: 3, error: { code: 'E_BROKEN' } },
    says: 'fail the 3rd message to /user/store with E_BROKEN',
  },
  delay: {
    fault: { type: 'delay', actor: '/user/*', message: 'Put', every: 2, delayMs: 50 },
    says: 'delay every 2nd Put message to /user/* by 50 ms',
  },
  drop: {
    fault: { type: 'drop', actor: '/user/**', probability: 0.1, atMost: 4, node: 'a' },
    says: 'drop each message to /user/** on a with probability 0.1, 4 at most',
  },
  duplicate: {
    fault: { type: 'duplicate', actor: '/user/store', copies: 2 },
    says: 'deliver each message to /user/store 3 times',
  },
  corrupt: {
    fault: { type: 'corrupt', actor: '/user/store', field: 'order.count', value: -1, nth: 11 },
    says: 'change order.count of the 11th message to /user/store',
  },
  'kill-actor': {
    fault: { type: 'kill-actor', actor: '/user/store', at: { event: 'ChildFailed', nth: 2 } },
    says: 'kill the actors /user/store, at the 2nd ChildFailed',
  },
  'kill-thread': {
    fault: { type: 'kill-thread', pool: 'workers', at: { afterMs: 10 } },
    says: 'end thread 0 of workers, after 10 ms',
  },
  'block-thread': {
    fault: { type: 'block-thread', thread: 1, forMs: 500 },
    says: 'block thread 1 of the pool for 500 ms',
  },
  'kill-process': {
    fault: {
      type: 'kill-process',
      node: 'agent-1',
      at: { actor: '/user/master', message: 'Register', nth: 2 },
    },
    says: 'kill the process agent-1 (SIGKILL), at the 2nd Register message to /user/master',
  },
  'crash-node': {
    fault: { type: 'crash-node', node: 'agent-1', disk: 'torn' },
    says: 'cut the power of agent-1; unsynced bytes: torn',
  },
  'restart-node': {
    fault: { type: 'restart-node', node: 'agent-1', at: { afterMs: 3000 } },
    says: 'start agent-1 again, after 3000 ms',
  },
  freeze: {
    fault: { type: 'freeze', node: 'agent-1', forMs: 2000 },
    says: 'freeze agent-1 (SIGSTOP) for 2000 ms',
  },
  'slow-node': {
    fault: { type: 'slow-node', node: 'agent-1', runRatio: 0.2 },
    says: 'let agent-1 run 0.2 of its time',
  },
  'cut-link': {
    fault: { type: 'cut-link', from: 'a', to: 'b', direction: 'one-way', forMs: 100 },
    says: 'cut what a sends to b for 100 ms',
  },
  'reset-link': {
    fault: { type: 'reset-link', from: 'a', to: 'b' },
    says: 'reset the connections between a and b',
  },
  'slow-link': {
    fault: {
      type: 'slow-link',
      from: 'a',
      to: 'b',
      delayMs: 20,
      jitterMs: 5,
      bytesPerSecond: 1000,
    },
    says: 'slow the link between a and b by 20 to 25 ms to 1000 bytes a second',
  },
  'half-open-link': {
    fault: { type: 'half-open-link', from: 'a', to: 'b' },
    says: 'leave the connections from a to b half open',
  },
  'fill-disk': {
    fault: { type: 'fill-disk', node: 'a', path: '/data', freeBytes: 100 },
    says: 'fill /data on the disk of a after 100 more bytes',
  },
  'fail-disk': {
    fault: { type: 'fail-disk', node: 'a', operation: 'sync', nth: 1 },
    says: 'fail the 1st sync on the disk of a',
  },
  'slow-disk': {
    fault: { type: 'slow-disk', node: 'a', delayMs: 30 },
    says: 'make each operation on the disk of a take 30 ms more',
  },
  'tear-write': {
    fault: { type: 'tear-write', node: 'a', nth: 2, keepRatio: 0 },
    says: 'tear the 2nd write on the disk of a',
  },
  'skew-clock': {
    fault: { type: 'skew-clock', node: 'a', offsetMs: -60_000, forMs: 10 },
    says: 'set the clock of a 60000 ms back for 10 ms',
  },
}
