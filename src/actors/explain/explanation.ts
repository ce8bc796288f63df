import { printable } from '../../platform/index.ts'
import type { Answer } from './decision-log.ts'
import type { DecisionRecord, Reference } from './decision.ts'
import { counted, sentencesOf, timeOf, wrapped } from './sentences.ts'
import type { Subject } from './subject.ts'

/** What one node had to say of one subject. */
export interface NodeAnswer extends Answer {
  readonly subject: Subject
  /** Such as `master@127.0.0.1:5050`, or the bare name of a system that does not listen. */
  readonly node: string
}

/** A question that nobody answered, and why. */
export interface Unanswered extends Reference {
  readonly reason: string
}

/** All that was found out about a subject, over all nodes that were asked. Plain data. */
export interface Explanation {
  readonly subject: Subject
  readonly answers: readonly NodeAnswer[]
  readonly unanswered: readonly Unanswered[]
}

interface Line {
  readonly node: string
  readonly record: DecisionRecord
}

const MIN_WIDTH = 40

/**
 * An explanation as text: how things stand now, then the decisions under the headings of their points, the
 * engine's above the cluster manager's above the runtime's, and within each in order of time. Times are UTC.
 */
export function formatExplanation(explanation: Explanation, width = 100): string {
  const { subject, answers, unanswered } = explanation
  const lines = decisionsOf(answers)
  const sections = [
    paragraph('', heading(explanation, lines.length), width),
    ...nowSection(answers, width),
    ...decisionSections(lines, width),
    ...(unanswered.length === 0
      ? []
      : [['Not answered', ...unanswered.map((one) => `  ${sayUnanswered(one)}`)].join('\n')]),
  ]
  if (lines.length === 0 && sections.length === 1) {
    sections.push(
      `Nothing is known of ${printable(subject)}: it was never decided upon here, or so long ago that it is forgotten.`,
    )
  }
  return sections.join('\n\n')
}

/** The newest decisions of one node as text, in order of time. */
export function formatDecisions(
  node: string,
  records: readonly DecisionRecord[],
  width = 100,
): string {
  if (records.length === 0) return `${node} has decided nothing yet`
  const lines = records.map((record) => tell(record.point.title, record, width))
  return [`the newest decisions of ${node}`, ...lines].join('\n')
}

function heading({ subject, answers }: Explanation, decisions: number): string {
  const nodes = [...new Set(answers.map(({ node }) => node))]
  const omitted = answers.reduce((sum, answer) => sum + answer.omitted, 0)
  const older = omitted === 0 ? '' : `, ${omitted} older ones left out`
  const asked = nodes.length === 0 ? 'no node' : nodes.join(', ')
  return `${subject}: ${counted(decisions, 'decision')} told by ${asked}${older}`
}

/** Each decision once, however many questions led to it. */
function decisionsOf(answers: readonly NodeAnswer[]): readonly Line[] {
  const lines = new Map<string, Line>()
  for (const { node, records } of answers) {
    for (const record of records) lines.set(`${node} ${record.number}`, { node, record })
  }
  return [...lines.values()]
}

function nowSection(answers: readonly NodeAnswer[], width: number): readonly string[] {
  const said = new Set<string>()
  for (const { node, now } of answers) {
    for (const text of now) said.add(paragraph(`  ${node}  `, text, width))
  }
  return said.size === 0 ? [] : [['Now', ...said].join('\n')]
}

function decisionSections(lines: readonly Line[], width: number): readonly string[] {
  const points = new Map<string, Line[]>()
  for (const line of lines) {
    const { name } = line.record.point
    points.set(name, [...(points.get(name) ?? []), line])
  }
  return [...points.values()]
    .sort(([a], [b]) => rankOf(a) - rankOf(b))
    .map((ofPoint) => {
      const [first] = ofPoint
      const ordered = ofPoint.sort(
        (a, b) => a.record.atMs - b.record.atMs || a.record.number - b.record.number,
      )
      const told = ordered.map(({ node, record }) => tell(node, record, width))
      return [first?.record.point.title ?? '', ...told].join('\n')
    })
}

function rankOf(line: Line | undefined): number {
  return line?.record.point.rank ?? 0
}

function tell(node: string, record: DecisionRecord, width: number): string {
  const head = `  ${timeOf(record.atMs)}  ${node}  `
  const full = record.full.map((line) => paragraph('      - ', line, width))
  return [paragraph(head, sentencesOf(record), width), ...full].join('\n')
}

/** A text behind its head; further lines stand a little to the right of where the head begins. */
function paragraph(head: string, text: string, width: number): string {
  const indent = ' '.repeat(head.length - head.trimStart().length + 2)
  return wrapped(
    `${head.trimStart()}${printable(text)}`,
    Math.max(MIN_WIDTH, width) - indent.length,
  )
    .map((line, index) => (index === 0 ? `${indent.slice(2)}${line}` : `${indent}${line}`))
    .join('\n')
}

function sayUnanswered({ subject, at, reason }: Unanswered): string {
  return printable(`${subject}${at === undefined ? '' : ` at ${at}`}: ${reason}`)
}
