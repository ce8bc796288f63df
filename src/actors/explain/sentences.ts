import type { DecisionRecord } from './decision.ts'

/** One decision in sentences: question, answer, why, who else was looked at, and upon what. */
export function sentencesOf(record: DecisionRecord): string {
  const { asked, chosen, because, input, times, lastMs } = record
  return [
    asked,
    `${capital(chosen)}${because === undefined ? '' : `, because ${because}`}.`,
    ...rejections(record),
    ...(input === undefined ? [] : [`Decided upon ${input}.`]),
    ...(times > 1 ? [`The same ${times - 1} times more, until ${timeOf(lastMs)}.`] : []),
  ].join(' ')
}

/** `12:04:31.007`, in UTC. */
export function timeOf(unixMs: number): string {
  const date = new Date(unixMs)
  return Number.isNaN(date.getTime()) ? String(unixMs) : date.toISOString().slice(11, 23)
}

function rejections({ considered, rejected, samples = [] }: DecisionRecord): string[] {
  const rows = Object.entries(rejected ?? {}).filter(([, count]) => count > 0)
  const sum = rows.reduce((total, [, count]) => total + count, 0)
  if (sum === 0) {
    return considered === undefined || considered <= 1
      ? []
      : [`${counted(considered, 'candidate')} were looked at, none was rejected.`]
  }
  const reasons = rows
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => {
      const named = samples.filter((sample) => sample.reason === reason)
      const names = named.map(({ candidate }) => candidate).join(', ')
      const example =
        named.length === 0 ? '' : ` (${named.length < count ? 'such as ' : ''}${names})`
      return `${count} ${reason}${example}`
    })
  const of = considered === undefined ? '' : ` of ${counted(considered, 'candidate')}`
  return [`Rejected${of}: ${reasons.join('; ')}.`]
}

/** `1 task`, `2 tasks`. */
export function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Breaks a text at spaces into lines of at most `width` characters, as far as its words allow. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
