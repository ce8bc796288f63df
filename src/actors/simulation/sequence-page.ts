import { nodeOf, sequenceOf } from './sequence.ts'
import type { SequenceStep } from './sequence.ts'
import { pageStyle } from './sequence-style.ts'
import { traceLine } from './trace.ts'
import type { TraceEvent } from './trace.ts'

export interface SequencePage {
  readonly title: string
  /** Sentences over the drawing: what failed, how to run it again. */
  readonly lead: readonly string[]
  readonly commandLine: string
  readonly violations: readonly { readonly invariant: string; readonly what: string }[]
  /** The faults, as sentences. */
  readonly faults: readonly string[]
  /** Whom they hit, and when. */
  readonly injected: readonly { readonly atMs: number; readonly what: string }[]
  readonly facts: Readonly<Record<string, string>>
  /** What is drawn: the last of these. */
  readonly events: readonly TraceEvent[]
}

const MAX_STEPS = 140
const MAX_LANES = 9
const ROW = 27
/** Height of the lanes' names, which stay in sight. */
const TOP = 64
/** Where the drawing begins. */
const FIRST = 12
const GUTTER = 92

/** One self-contained HTML page: what failed, and its last moments drawn, a lane for each actor. */
export function sequencePage(page: SequencePage): string {
  const { title, lead, violations, faults, injected, facts, commandLine, events } = page
  const list = (items: readonly string[]): string =>
    items.map((item) => `<li>${escaped(item)}</li>`).join('')
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>${pageStyle}</style></head><body>
<header><h1>${escaped(title)}</h1>
${lead.map((line) => `<p>${escaped(line)}</p>`).join('\n')}
<pre class="command">${escaped(commandLine)}</pre></header>
<section class="cards">
<div class="card bad"><h2>Violated</h2><ul>${violations
    .map(({ invariant, what }) => `<li><b>${escaped(invariant)}</b><br>${escaped(what)}</li>`)
    .join('')}</ul></div>
<div class="card"><h2>Faults</h2>${faults.length === 0 ? '<p>None is needed.</p>' : `<ol>${list(faults)}</ol>`}${
    injected.length === 0
      ? ''
      : `<h2>They hit</h2><dl>${injected.map(({ atMs, what }) => `<dt>${atMs.toFixed(1)} ms</dt><dd>${escaped(what)}</dd>`).join('')}</dl>`
  }</div>
<div class="card"><h2>Run</h2><dl>${Object.entries(facts)
    .map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`)
    .join('')}</dl></div>
</section>
<section><h2>Last moments</h2>${legend}${drawing(events)}</section>
<details><summary>As text</summary><pre>${escaped(
    events
      .filter(({ kind }) => kind !== 'frame')
      .slice(-400)
      .map(traceLine)
      .join('\n'),
  )}</pre></details>
</body></html>
`
}

const legend = `<p class="legend"><span class="k message">message</span><span class="k lost">lost, or not yet there</span>
<span class="k directive">directive</span><span class="k death">end</span><span class="k fault">fault, node</span></p>`

/** A step, on its row. */
interface Row {
  readonly step: SequenceStep
  readonly y: number
}

function drawing(events: readonly TraceEvent[]): string {
  const all = sequenceOf(events).steps.slice(-MAX_STEPS)
  const lanes = chosenLanes(all)
  const steps = all.filter((step) => touches(step, lanes))
  const width = Math.max(118, Math.min(210, Math.floor(1180 / Math.max(1, lanes.length))))
  const x = new Map(lanes.map((lane, at) => [lane, GUTTER + at * width + width / 2]))
  const rows = steps.map((step, at) => ({ step, y: FIRST + 14 + at * ROW }))
  const height = FIRST + 30 + rows.length * ROW
  const full = GUTTER + lanes.length * width + 24
  const parts = [
    ...lanes.map((lane) => lifeline(lane, x.get(lane) ?? 0, rows, height)),
    ...rows.map((row) => rowParts(row, x, lanes, width, full)),
  ]
  const omitted = all.length - steps.length
  const note =
    omitted === 0 ? '' : `<p class="quiet">${omitted} steps between other actors are left out.</p>`
  const heads = nodeHeads(lanes, x, width).join('\n')
  return `<div class="scroll"><svg class="heads" viewBox="0 0 ${full} ${TOP - 4}" width="${full}" height="${TOP - 4}">${heads}</svg>
<svg viewBox="0 0 ${full} ${height}" width="${full}" height="${height}" role="img" aria-label="sequence of messages">
<defs><marker id="a" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 .8 7.5 4 0 7.2z" class="tip"/></marker>
<marker id="x" viewBox="0 0 8 8" refX="4" refY="4" markerWidth="9" markerHeight="9"><path d="M1 1 7 7M7 1 1 7" class="cross"/></marker></defs>
${parts.join('\n')}</svg></div>${note}`
}

/** The lanes of the very last steps, then those that have most to do, in the order of the nodes. */
function chosenLanes(steps: readonly SequenceStep[]): readonly string[] {
  const counts = new Map<string, number>()
  steps.forEach(({ from, to, kind }, at) => {
    const weight = 1 + (at > steps.length - 25 ? 1_000 : 0) + (kind === 'directive' ? 20 : 0)
    for (const lane of new Set([from, to])) {
      if (lane.includes(':')) counts.set(lane, (counts.get(lane) ?? 0) + weight)
    }
  })
  const chosen = [...counts].sort((a, b) => b[1] - a[1]).slice(0, MAX_LANES)
  const names = new Set(chosen.map(([lane]) => lane))
  const nodes = [...new Set([...names].map(nodeOf))].sort()
  return nodes.flatMap((node) => [...names].filter((lane) => nodeOf(lane) === node).sort())
}

function touches({ from, to, kind }: SequenceStep, lanes: readonly string[]): boolean {
  if (kind === 'violation' || kind === 'note' || kind === 'fault') return true
  return lanes.includes(from) && lanes.includes(to)
}

function lifeline(lane: string, at: number, rows: readonly Row[], height: number): string {
  const death = rows.findLast(({ step }) => step.kind === 'death' && step.from === lane)
  const later =
    death && rows.some(({ step, y }) => y > death.y && (step.from === lane || step.to === lane))
  const end = death === undefined || later === true ? height - 8 : death.y
  return `<line class="life" x1="${at}" y1="0" x2="${at}" y2="${end}"/>`
}

function rowParts(
  { step, y }: Row,
  x: ReadonlyMap<string, number>,
  lanes: readonly string[],
  width: number,
  full: number,
): string {
  const time = `<text class="time" x="${GUTTER - 14}" y="${y + 4}">${step.atMs.toFixed(1)}</text>`
  const tip = `<title>${escaped([step.from, step.from === step.to ? '' : `→ ${step.to}`, step.what, step.detail].filter(Boolean).join('\n'))}</title>`
  return `<g class="${step.kind}">${time}${tip}${mark(step, y, x, lanes, width, full)}</g>`
}

function mark(
  step: SequenceStep,
  y: number,
  x: ReadonlyMap<string, number>,
  lanes: readonly string[],
  width: number,
  full: number,
): string {
  const { from, to, what, kind, arrivedMs } = step
  if (kind === 'violation') {
    return `<rect class="band" x="${GUTTER - 6}" y="${y - 12}" width="${full - GUTTER}" height="24" rx="5"/>${label(GUTTER + 6, y + 4, what, (full - GUTTER) / 6.6, 'start')}`
  }
  const [a, b] = [x.get(from), x.get(to)]
  if (a === undefined || b === undefined) {
    const own = lanes.filter((lane) => nodeOf(lane) === from).map((lane) => x.get(lane) ?? 0)
    const left = own.length === 0 ? GUTTER - 4 : Math.min(...own) - width / 2 + 4
    const right = own.length === 0 ? full - 12 : Math.max(...own) + width / 2 - 4
    const text = own.length === 0 && from !== '' ? `${from}: ${what}` : what
    return `<rect class="band" x="${left}" y="${y - 11}" width="${right - left}" height="22" rx="5"/>${label((left + right) / 2, y + 4, text, (right - left) / 6.4)}`
  }
  if (kind === 'message' && a !== b) {
    const isRemote = nodeOf(from) !== nodeOf(to)
    const isLost = isRemote && arrivedMs === undefined
    const end = isLost ? a + (b - a) * 0.8 : b
    const fall = isRemote ? 7 : 0
    return `<line class="wire${isLost ? ' gone' : ''}" x1="${a}" y1="${y}" x2="${end}" y2="${y + fall}" marker-end="url(#${isLost ? 'x' : 'a'})"/>${label((a + end) / 2, y - 5 + fall / 2, what, Math.abs(end - a) / 6.2)}`
  }
  if (kind === 'message') {
    return `<path class="wire" d="M${a} ${y - 6}h16v11h-13" marker-end="url(#a)"/>${label(a + 22, y + 3, what, (width - 30) / 6.2, 'start')}`
  }
  if (a !== b) {
    return `<line class="wire" x1="${a}" y1="${y}" x2="${b}" y2="${y}" marker-end="url(#a)"/>${label((a + b) / 2, y - 5, what, Math.abs(b - a) / 6.2)}`
  }
  const size = Math.min(width - 8, 14 + what.length * 6.3)
  return `<rect class="pill" x="${a - size / 2}" y="${y - 10}" width="${size}" height="20" rx="10"/>${label(a, y + 4, what, (size - 8) / 6)}`
}

function label(at: number, y: number, text: string, room: number, anchor = 'middle'): string {
  const length = Math.max(4, Math.floor(room))
  const short = text.length <= length ? text : `${text.slice(0, length - 1)}…`
  return `<text class="label" x="${at}" y="${y}" text-anchor="${anchor}">${escaped(short)}</text>`
}

function nodeHeads(
  lanes: readonly string[],
  x: ReadonlyMap<string, number>,
  width: number,
): string[] {
  const nodes = [...new Set(lanes.map(nodeOf))]
  const heads = nodes.map((node, at) => {
    const own = lanes.filter((lane) => nodeOf(lane) === node).map((lane) => x.get(lane) ?? 0)
    const left = Math.min(...own) - width / 2 + 3
    const size = Math.max(...own) - Math.min(...own) + width - 6
    return `<g class="head h${at % 6}"><rect x="${left}" y="4" width="${size}" height="24" rx="6"/>${label(left + size / 2, 20, node, size / 7)}</g>`
  })
  return [
    ...heads,
    ...lanes.map((lane) => {
      const name = lane.slice(lane.indexOf(':') + 1)
      const [, ...path] = name.split('/')
      return `<g class="lane"><title>${escaped(lane)}</title>${label(x.get(lane) ?? 0, 48, ending(path, name, width / 7), width)}</g>`
    }),
  ]
}

/** As many of the last names of a path as there is room for; the end of the last one, if not even that. */
function ending(path: readonly string[], name: string, room: number): string {
  const last = path.at(-1) ?? name
  if (last.length > room) return `…${last.slice(1 - Math.floor(room))}`
  const two = path.slice(-2).join('/')
  return two.length <= room ? two : last
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
