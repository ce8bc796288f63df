import type { CapturePass } from './capture-pass.ts'
import type { GraphNode } from './graph.ts'
import { standardInstance } from './standard-instances.ts'
import { describeCulprit, type Trail } from './trail.ts'

/** The row of an instance of a standard class. @throws the code that says what else it is */
export function captureInstance(
  pass: CapturePass,
  value: object,
  prototype: object | null,
  trail: Trail,
): GraphNode {
  const what = describeCulprit(trail)
  if (pass.tools.kinds.kindOf(value) === 'module namespace') {
    throw pass.refusal('TROUPE_CLOSURE_NAMESPACE', trail, {
      what: `${what} is the namespace of a module whose URL the source does not say`,
      wayOut: 'Import it with a statement: import * as name from "…"',
    })
  }
  const known = prototype === null ? undefined : standardInstance(value, prototype)
  if (known !== undefined) return ['standard', known.type, known.args]
  const own = pass.settings.refuse?.(value)
  if (own !== undefined) {
    throw pass.refusal('TROUPE_CLOSURE_INSTANCE', trail, {
      what: `${what} ${own.is}`,
      wayOut: own.wayOut,
    })
  }
  const type = className(prototype)
  if (isHandle(value)) {
    throw pass.refusal('TROUPE_CLOSURE_HANDLE', trail, {
      what: `${what} is an open ${type ?? 'resource'}, which only this process has`,
      wayOut: 'Open it inside the function, once a partition (mapPartitions, foreachPartition)',
    })
  }
  throw pass.refusal('TROUPE_CLOSURE_INSTANCE', trail, {
    what: `${what} is an instance of ${type === undefined ? 'a class without a name' : `the class ${type}`}, and would lose its methods`,
    wayOut: `${codecFor(type)}, capture plain data, or make it inside the function`,
  })
}

function codecFor(type: string | undefined): string {
  return type === undefined
    ? 'Register a codec for its class with registerCodec'
    : `Register a codec with registerCodec(${type}, …)`
}

/** Undefined for a class without a name, and for what has no class. */
function className(prototype: object | null): string | undefined {
  const type: unknown =
    prototype === null
      ? undefined
      : Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  return typeof type === 'function' && type.name !== '' ? type.name : undefined
}

/** Sockets, servers, streams, files, timers, child processes, ports: what holds something open. */
function isHandle(value: object): boolean {
  const marks = ['_handle', '_readableState', '_writableState', '_idleTimeout', '_events']
  if (marks.some((mark) => Object.hasOwn(value, mark))) return true
  return value instanceof EventTarget
}
