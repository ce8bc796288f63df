import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeInputs } from './inputs.ts'
import { launchOf, type Setting } from './launch.ts'
import { HEAPS, findSpark } from './peers.ts'
import { groups } from './rows.ts'
import { runProgram } from './run-program.ts'

/** From the largest: the search goes on as long as a smaller one is about as fast. */
const LADDER = ['4g', '2g', '1g', '768m', '512m']
/** How much longer than at best it may take. */
const SLACK = 1.2
/** Far off: compared is processor time, and other work can make the wall's time several times as long. */
const DEADLINE_MS = 900_000

/** The groups whose rows don't say what memory there is, by the class that measures them. */
const searched: Readonly<Record<string, string>> = {
  WordCount: 'engine-wordcount',
  ReduceByKey: 'engine-reducebykey',
  Totals: 'engine-totals',
  KMeans: 'engine-kmeans',
  Scheduling: 'engine-sched',
}

/**
 * Finds for each program of those groups the smallest heap within 1.2 × of its best time, and writes them down. By processor time of the
 * whole process, collector included: that is what a small heap costs, and other work on the machine disturbs it least.
 */
export async function searchSparkHeaps(
  { scale, groups: wanted }: { readonly scale: number; readonly groups: readonly string[] },
  say: (line: string) => void,
): Promise<void> {
  const found = await findSpark(say)
  if ('missing' in found) return say(found.missing)
  const programs = Object.entries(searched).filter(([, group]) => wanted.includes(group))
  const names = programs.map(([, group]) => group)
  const inputs = groups.filter(({ id }) => names.includes(id)).flatMap((group) => group.inputs)
  const data = makeInputs(scale, [...new Set(inputs)], say)
  const work = mkdtempSync(join(tmpdir(), 'troupe-bench-'))
  const heaps: Record<string, string> = { ...found.peer.heaps }
  try {
    for (const [program, group] of programs) {
      let best = Infinity
      for (const sparkHeap of LADDER) {
        const setting: Setting = {
          scale,
          data,
          work,
          spark: found.peer,
          skale: undefined,
          sparkHeap,
        }
        const launch = launchOf(group, 'spark', setting)
        if (launch === undefined) break
        const { cpuMs, wallMs, problem } = await runProgram(launch.command, work, DEADLINE_MS)
        const seconds = (ms: number): string => (ms / 1000).toFixed(1)
        say(
          `${program}, ${sparkHeap}: ${problem ?? `${seconds(cpuMs)} s of processor, ${seconds(wallMs)} s`}`,
        )
        if (problem !== undefined || cpuMs > SLACK * best) break
        best = Math.min(best, cpuMs)
        heaps[program] = sparkHeap
      }
      if (scale === 1) writeFileSync(HEAPS, `${JSON.stringify(heaps, undefined, 2)}\n`)
    }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  say(`heaps${scale === 1 ? ` in ${HEAPS}` : ''}: ${JSON.stringify(heaps)}`)
}
