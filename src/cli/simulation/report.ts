import { TroupeError } from '../../platform/index.ts'
import {
  describePlanned,
  sequencePage,
  sequenceText,
  type PlannedFault,
  type SimulationResult,
} from '../../actors/testkit/index.ts'

/** A run that held, in one line. */
export function heldLine({ scenario, seed, traceHash, stats, injected }: SimulationResult): string {
  const { messages, virtualMs, frames } = stats
  return `${scenario}, seed ${seed}: held under ${injected.length} faults (${messages} messages, ${frames} frames, ${(virtualMs / 1000).toFixed(1)} s of virtual time, trace ${traceHash})`
}

export interface Failure {
  /** The run with the fewest faults. */
  readonly result: SimulationResult
  /** What the seed had drawn. */
  readonly drawn: readonly PlannedFault[]
  readonly runs: number
  /** Runs it again, as the scenario was named. */
  readonly commandLine: string
}

/** What failed, by the fewest faults; how to run it again; what went on at the end. */
export function failureText({ result, drawn, runs, commandLine }: Failure, steps: number): string {
  const { scenario, seed, violations, faults, injected, lastMoments } = result
  const plan = faults.map((fault, at) => `  ${at + 1}. ${describePlanned(fault)}`)
  return [
    `${scenario}, seed ${seed}: VIOLATED`,
    ...violations.flatMap(({ invariant, what, atMs, error }) => [
      `  ${invariant}, at ${atMs.toFixed(1)} ms: ${what}`,
      ...stackOf(error),
    ]),
    '',
    enough(faults.length, drawn.length, runs),
    ...plan,
    ...(injected.length === 0
      ? []
      : ['They hit:', ...injected.map(({ atMs, what }) => `  at ${atMs.toFixed(1)} ms: ${what}`)]),
    ...(faults.length === 0 ? [] : ['As data, for --faults:', `  ${JSON.stringify(faults)}`]),
    '',
    'Last moments:',
    sequenceText(lastMoments, steps),
    '',
    `Again: ${commandLine}`,
  ].join('\n')
}

/** Where an error comes from; a refusal says so itself. */
export function stackOf(error: unknown): readonly string[] {
  if (!(error instanceof Error) || error instanceof TroupeError) return []
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return frames.slice(0, 5)
}

function enough(needed: number, drawn: number, runs: number): string {
  const need = needed === 0 ? 'none is needed' : `${needed} ${needed === 1 ? 'is' : 'are'} enough`
  return `The seed drew ${drawn} ${drawn === 1 ? 'fault' : 'faults'}; ${need} (${runs} runs to find out).`
}

/** The same as one page. */
export function failurePage({ result, drawn, runs, commandLine }: Failure): string {
  const { scenario, seed, violations, faults, injected, stats, lastMoments } = result
  const { traceHash } = result
  return sequencePage({
    title: `${scenario}, seed ${seed}`,
    lead: [enough(faults.length, drawn.length, runs)],
    commandLine,
    violations,
    faults: faults.map(describePlanned),
    injected,
    facts: {
      'virtual time': `${(stats.virtualMs / 1000).toFixed(1)} s`,
      messages: String(stats.messages),
      frames: `${stats.frames}, ${stats.frameBytes} bytes`,
      'actors ended': String(stats.deaths),
      trace: traceHash,
    },
    events: lastMoments,
  })
}
