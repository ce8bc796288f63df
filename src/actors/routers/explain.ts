import type { Cell } from '../cell.ts'
import { actorSubject, counted } from '../explain/index.ts'
import type { DecisionPoint } from '../explain/index.ts'
import type { Routee } from './routing.ts'

const routerPoint: DecisionPoint = { name: 'actors.router', title: 'Routers', rank: 86 }

const NAMED = 8

interface Counted extends Routee<never> {
  readonly sent: number
}

/** Notes between whom a router chooses from now on. */
export function noteRoutees(router: Cell, description: string, routees: readonly Counted[]): void {
  const { decisions } = router.system
  if (!decisions.isOn) return
  const names = routees.slice(0, NAMED).map(({ id }) => id)
  const more = routees.length > NAMED ? ` and ${routees.length - NAMED} more` : ''
  decisions.note(routerPoint, {
    asked: `Whom may ${router.path} send messages to?`,
    chosen:
      routees.length === 0
        ? 'nobody: what comes is a dead letter (no-routee)'
        : `${counted(routees.length, 'routee')} by ${description}: ${names.join(', ')}${more}`,
    because: 'its routees have changed',
    about: [actorSubject(router.path)],
  })
}

/** How a router has spread its messages, and who would be taken now where load decides. */
export function sayRoutees(
  path: string,
  description: string,
  routees: readonly Counted[],
): readonly string[] {
  if (routees.length === 0) return [`${path} has no routee: each message is a dead letter.`]
  const least = Math.min(...routees.map(({ load }) => load()))
  const rows = routees
    .slice(0, 4 * NAMED)
    .map(({ id, sent, load }) => `${id} was sent ${sent} and has ${load()} to handle`)
  const more = routees.length > rows.length ? [`${routees.length - rows.length} more`] : []
  const idle = routees.filter(({ load }) => load() === least).length
  return [
    `${path} chooses by ${description} among ${counted(routees.length, 'routee')}: ${[...rows, ...more].join('; ')}. The least load is ${least}, which ${idle} of them have.`,
  ]
}
