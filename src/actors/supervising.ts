import { FAILED, STOPPED, STOPPING, STOP_ASKED } from './cell.ts'
import type { Cell } from './cell.ts'
import { stopWithin } from './children.ts'
import type { Timer } from '../platform/index.ts'
import { restartCell, restartTogether, resumeCell, stopFailed } from './lifecycle.ts'
import { SystemError } from './errors.ts'
import { strategyOf } from './incarnation.ts'
import type { ChildFailure, Decision } from './supervisor.ts'
import type { SystemCore } from './system-core.ts'

/**
 * Asks the parent's strategy about a failed child and carries the directive out; returns the parent if
 * that is to escalate.
 */
export function supervise(
  parent: Cell,
  child: Cell,
  error: unknown,
  kind: ChildFailure['kind'],
): Cell | undefined {
  if ((parent.status & (STOPPING | STOPPED)) !== 0) {
    parent.system.publishFailureWhileStopping(child, error)
    stopWithin(child, 'kill')
    return undefined
  }
  const decision = decide(parent, child, error, kind)
  parent.system.publishDirective(child, error, kind, decision)
  switch (decision.directive) {
    case 'resume':
      resumeCell(child)
      return undefined
    case 'stop':
      for (const sibling of inScope(parent, child, decision).reverse()) {
        if (sibling === child) stopFailed(sibling)
        else stopWithin(sibling, 'kill')
      }
      return undefined
    case 'escalate':
      return parent
    case 'restart':
      restart(parent, child, error, decision)
      return undefined
  }
}

function decide(parent: Cell, child: Cell, error: unknown, kind: ChildFailure['kind']): Decision {
  const { system } = parent
  const ext = parent.ext
  try {
    const supervisor = (ext.supervisor ??= strategyOf(parent).start())
    const decision = supervisor.decide({
      error,
      child,
      childId: child.id,
      restart: child.options.restart,
      kind,
      restarts: child.ext.restarts,
      nowMs: system.clock.now(),
      random: system.random,
    })
    if (decision.directive === 'restart' && child.options.restart === 'temporary') {
      const reason = 'a temporary child is never restarted'
      return { directive: 'stop', scope: 'one', delayMs: 0, reason }
    }
    if (decision.directive === 'resume' && child.ext.isUnstarted) {
      const reason = 'its start has failed: there is no state to go on with'
      return { directive: 'stop', scope: 'one', delayMs: 0, reason }
    }
    if (!directives.has(decision.directive)) throw unknownDirective(parent, decision.directive)
    return decision
  } catch (strategyError) {
    system.publishFailureWhileStopping(parent, strategyError)
    return { directive: 'escalate', scope: 'one', delayMs: 0, reason: 'the strategy itself failed' }
  }
}

const directives: ReadonlySet<string> = new Set(['resume', 'restart', 'stop', 'escalate'])

function unknownDirective(parent: Cell, directive: unknown): SystemError {
  return new SystemError(
    'TROUPE_STRATEGY_DIRECTIVE',
    `the strategy of ${parent.path} answered '${String(directive)}': it takes resume, restart, stop or escalate`,
    { data: { path: parent.path, directive } },
  )
}

function inScope(parent: Cell, child: Cell, decision: Decision): Cell[] {
  if (decision.scope === 'one') return [child]
  const cells: Cell[] = []
  let next = decision.scope === 'all' ? parent.extension?.firstChild : child
  for (; next !== undefined; next = next.next) cells.push(next)
  return cells
}

function restart(parent: Cell, child: Cell, error: unknown, decision: Decision): void {
  const scope = inScope(parent, child, decision)
  const survivors: Cell[] = []
  for (const sibling of scope) {
    if (sibling.options.restart === 'temporary') stopWithin(sibling, 'kill')
    else {
      sibling.status = (sibling.status | FAILED) & ~STOP_ASKED
      survivors.push(sibling)
    }
  }
  const begin = (): void => {
    const [only] = survivors
    if (survivors.length === 1 && only !== undefined) restartCell(only, error)
    else restartTogether(survivors, error)
  }
  if (decision.delayMs <= 0) begin()
  else delay(parent.system, survivors, decision.delayMs, begin)
}

/** One timer for all; a cell that stops meanwhile leaves, and the others go on waiting. */
function delay(system: SystemCore, survivors: Cell[], delayMs: number, begin: () => void): void {
  const waiting = survivors.map((cell) => {
    const { ext } = cell
    ext.restartTimer?.cancel()
    const timer: Timer = {
      cancel: () => {
        if (survivors.includes(cell)) survivors.splice(survivors.indexOf(cell), 1)
        if (survivors.length === 0) shared.cancel()
      },
    }
    ext.restartTimer = timer
    return { ext, timer }
  })
  const shared = system.clock.setTimer(delayMs, () => {
    for (const { ext, timer } of waiting) {
      if (ext.restartTimer === timer) ext.restartTimer = undefined
    }
    begin()
  })
}
