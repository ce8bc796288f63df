import type { DiskSelection, Fault, FaultTrigger, MessageMatch, MessageSelection } from './fault.ts'

/** One sentence for people: what happens, to whom, when. Without a full stop. */
export function describeFault(fault: Fault): string {
  return `${effect(fault)}${when(fault.at)}`
}

function effect(fault: Fault): string {
  switch (fault.type) {
    case 'fail':
      return `fail ${messages(fault)}${fault.error?.code === undefined ? '' : ` with ${fault.error.code}`}`
    case 'delay':
      return `delay ${messages(fault)} by ${fault.delayMs} ms`
    case 'drop':
      return `drop ${messages(fault)}`
    case 'duplicate':
      return `deliver ${messages(fault)} ${(fault.copies ?? 1) + 1} times`
    case 'corrupt':
      return `change ${fault.field ?? 'a field'} of ${messages(fault)}`
    case 'kill-actor':
      return `kill the actors ${fault.actor}${onNode(fault.node)}`
    case 'kill-thread':
      return `end ${threadWords(fault)}`
    case 'block-thread':
      return `block ${threadWords(fault)} for ${fault.forMs} ms`
    case 'kill-process':
      return `kill the process ${fault.node} (SIGKILL)`
    case 'crash-node':
      return `cut the power of ${fault.node}; unsynced bytes: ${fault.disk ?? 'lose-all'}`
    case 'restart-node':
      return `start ${fault.node} again`
    case 'freeze':
      return `freeze ${fault.node} (SIGSTOP)${lasting(fault.forMs)}`
    case 'slow-node':
      return `let ${fault.node} run ${fault.runRatio} of its time${lasting(fault.forMs)}`
    case 'cut-link':
      return `cut ${linkWords(fault)}${lasting(fault.forMs)}`
    case 'reset-link':
      return `reset the connections between ${fault.from} and ${fault.to}`
    case 'slow-link':
      return `slow ${linkWords(fault)}${slowness(fault)}${lasting(fault.forMs)}`
    case 'half-open-link':
      return `leave the connections from ${fault.from} to ${fault.to} half open${lasting(fault.forMs)}`
    case 'fill-disk':
      return `fill ${diskWords(fault)}${fault.freeBytes === undefined ? '' : ` after ${fault.freeBytes} more bytes`}${lasting(fault.forMs)}`
    case 'fail-disk':
      return `fail ${fault.nth === undefined ? 'each' : `the ${ordinal(fault.nth)}`} ${operationWord(fault.operation)} on ${diskWords(fault)}${lasting(fault.forMs)}`
    case 'slow-disk':
      return `make each ${operationWord(fault.operation)} on ${diskWords(fault)} take ${fault.delayMs} ms more${lasting(fault.forMs)}`
    case 'tear-write':
      return `tear the ${ordinal(fault.nth ?? 1)} write on ${diskWords(fault)}`
    case 'skew-clock':
      return `set the clock of ${fault.node} ${Math.abs(fault.offsetMs)} ms ${fault.offsetMs > 0 ? 'forward' : 'back'}${lasting(fault.forMs)}`
  }
}

function messages(fault: MessageSelection): string {
  const kind = messageWords(fault)
  const bound = fault.atMost === undefined ? '' : `, ${fault.atMost} at most`
  if (fault.nth !== undefined) return `the ${ordinal(fault.nth)} ${kind}${bound}`
  if (fault.every !== undefined) return `every ${ordinal(fault.every)} ${kind}${bound}`
  if (fault.probability === undefined) return `each ${kind}${bound}`
  return `each ${kind} with probability ${fault.probability}${bound}`
}

function when(trigger: FaultTrigger | undefined): string {
  if (trigger === undefined) return ''
  if ('afterMs' in trigger) return `, after ${trigger.afterMs} ms`
  const nth = ordinal(trigger.nth ?? 1)
  if ('event' in trigger) return `, at the ${nth} ${trigger.event}${onNode(trigger.node)}`
  return `, at the ${nth} ${messageWords(trigger)}`
}

function messageWords({ message, actor, node }: MessageMatch): string {
  return `${message === undefined ? '' : `${message} `}message to ${actor}${onNode(node)}`
}

function threadWords(fault: { readonly pool?: string; readonly thread?: number }): string {
  return `thread ${fault.thread ?? 0} of ${fault.pool === undefined ? 'the pool' : fault.pool}`
}

function linkWords(fault: {
  readonly from: string
  readonly to: string
  readonly direction?: 'both' | 'one-way'
}): string {
  if (fault.direction === 'one-way') return `what ${fault.from} sends to ${fault.to}`
  return `the link between ${fault.from} and ${fault.to}`
}

function slowness(fault: {
  readonly delayMs?: number
  readonly jitterMs?: number
  readonly bytesPerSecond?: number
}): string {
  const { delayMs = 0, jitterMs = 0, bytesPerSecond } = fault
  const delay =
    delayMs + jitterMs === 0
      ? ''
      : ` by ${delayMs}${jitterMs === 0 ? '' : ` to ${delayMs + jitterMs}`} ms`
  return `${delay}${bytesPerSecond === undefined ? '' : ` to ${bytesPerSecond} bytes a second`}`
}

function diskWords({ node, path }: DiskSelection): string {
  return path === undefined ? `the disk of ${node}` : `${path} on the disk of ${node}`
}

function operationWord(operation = 'any'): string {
  return operation === 'any' ? 'operation' : operation
}

function onNode(node: string | undefined): string {
  return node === undefined ? '' : ` on ${node}`
}

function lasting(forMs: number | undefined): string {
  return forMs === undefined ? '' : ` for ${forMs} ms`
}

function ordinal(n: number): string {
  const teens = n % 100 > 10 && n % 100 < 14
  const ending = teens ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')
  return `${n}${ending}`
}
