/** The control line to a worker thread. The only file that knows comlink. */
import { expose, wrap } from 'comlink'
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'
import type { MessagePort } from 'node:worker_threads'
import type { ControlAnswer, ControlLine } from '../control.ts'

interface ControlSurface {
  invoke: ControlAnswer
}

/**
 * The calling side. A bare comlink call never settles when the other thread is gone, so calls go
 * through {@link ControlCalls}, which races them.
 */
export function controlLine(port: MessagePort): ControlLine {
  const remote = wrap<ControlSurface>(nodeEndpoint(port))
  return {
    invoke: (method, args) => remote.invoke(method, args),
    close: () => port.close(),
  }
}

/** The answering side. */
export function answerControlLine(port: MessagePort, answer: ControlAnswer): void {
  const surface: ControlSurface = { invoke: answer }
  expose(surface, nodeEndpoint(port))
}
