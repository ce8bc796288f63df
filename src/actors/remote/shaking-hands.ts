import type { Clock, Timer } from '../../platform/index.ts'
import { LinkError, NodeError } from '../links/index.ts'
import { refusedError } from './errors.ts'
import type { FramedConnection } from './framed-connection.ts'
import { encodeWord } from './handshake-words.ts'
import type { Handshake, HandshakeStep, Handshaken } from './handshake.ts'

/** How long a connection that was refused may take to read why, in ms: then it is cut. */
const LINGER_MS = 1_000

/**
 * Runs a handshake over a connection. Exactly one of `done` and `failed` is called, in the very turn of the deciding
 * frame, so that the next frame finds its owner; after a failure `closed` follows, once nothing is left open.
 */
export function shakeHands(
  connection: FramedConnection,
  handshake: Handshake,
  options: {
    readonly clock: Clock
    readonly deadlineMs: number
    readonly first: HandshakeStep | undefined
    readonly done: (result: Handshaken) => void
    readonly failed: (error: NodeError) => void
    readonly closed?: () => void
  },
): void {
  const { clock } = options
  let isOver = false
  let linger: Timer | undefined
  const letGo = (): void => {
    connection.close()
    linger = clock.setTimer(
      LINGER_MS,
      () => {
        connection.destroy('refused')
      },
      { background: true },
    )
  }
  const timer = clock.setTimer(options.deadlineMs, () => {
    refuse(`not done within ${String(options.deadlineMs)} ms`, true)
  })
  const fail = (error: NodeError): void => {
    if (isOver) return
    isOver = true
    timer.cancel()
    options.failed(error)
  }
  const refuse = (detail: string, isLate = false): void => {
    if (isOver) return
    connection.send(encodeWord({ type: 'refused', code: 'TROUPE_NODE_HANDSHAKE', detail }))
    letGo()
    fail(
      isLate
        ? cutOff(connection, detail)
        : refusedError('TROUPE_NODE_HANDSHAKE', connection.place, detail),
    )
  }
  const take = ({ send, outcome }: HandshakeStep): void => {
    for (const frame of send) connection.send(frame)
    if (outcome === undefined || isOver) return
    if (outcome.type === 'done') {
      isOver = true
      timer.cancel()
      options.done(outcome.result)
      return
    }
    letGo()
    fail(refusedError(outcome.code, connection.place, outcome.detail))
  }
  connection.onFrame = (frame) => {
    if (isOver) return
    let step: HandshakeStep
    try {
      step = handshake.step(frame)
    } catch (error) {
      refuse(error instanceof Error ? error.message : 'a broken word')
      return
    }
    take(step)
  }
  connection.onClosed = (reason) => {
    const isBroken = reason instanceof LinkError
    const why = reason instanceof Error ? reason.message : 'closed by the peer'
    linger?.cancel()
    // A connection that just ends says nothing of the peer: another try may do.
    fail(
      isBroken
        ? refusedError('TROUPE_NODE_HANDSHAKE', connection.place, why)
        : cutOff(connection, why),
    )
    options.closed?.()
  }
  if (options.first !== undefined) take(options.first)
}

function cutOff({ place }: FramedConnection, why: string): NodeError {
  return new NodeError(
    'TROUPE_NODE_UNREACHABLE',
    `the handshake with ${place} was cut off (${why}): is it a Troupe node, and do both sides use TLS, or neither?`,
    { data: { address: place } },
  )
}
