import { invalidArgument } from '../../errors.ts'
import type { PoolSpec, SchedulingMode } from './pools.ts'

const POOL = /<pool\s+name\s*=\s*(?:"([^"]*)"|'([^']*)')\s*(?:\/>|>([\s\S]*?)<\/pool\s*>)/g

/**
 * Reads an allocation file: `<allocations><pool name="…"><schedulingMode>FAIR</schedulingMode><weight>2</weight>
 * <minShare>3</minShare></pool>…</allocations>`. What a pool does not say is FIFO, 1 and 0.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID naming what is no allocation file, no mode or no number
 * @see fairscheduler.xml.template in Spark
 */
export function readAllocations(xml: string, path: string): ReadonlyMap<string, PoolSpec> {
  const text = xml.replace(/<!--[\s\S]*?-->/g, '')
  if (!/<allocations[\s>/]/.test(text))
    throw invalidArgument(
      `the allocation file ${path}`,
      text.slice(0, 40),
      '<allocations> with pools',
    )
  const pools = new Map<string, PoolSpec>()
  for (const [, quoted, single, body = ''] of text.matchAll(POOL)) {
    const name = quoted ?? single ?? ''
    const where = `pool ${name} of ${path}`
    pools.set(name, {
      name,
      schedulingMode: modeOf(valueOf(body, 'schedulingMode'), where),
      weight: wholeNumber(valueOf(body, 'weight'), 1, 1, `${where}: weight`),
      minShare: wholeNumber(valueOf(body, 'minShare'), 0, 0, `${where}: minShare`),
    })
  }
  return pools
}

/** @throws TROUPE_SPARK_ARGUMENT_INVALID */
function modeOf(text: string | undefined, where: string): SchedulingMode {
  const mode = text?.toUpperCase() ?? 'FIFO'
  if (mode === 'FIFO' || mode === 'FAIR') return mode
  throw invalidArgument(where, text, 'FIFO or FAIR')
}

function valueOf(body: string, tag: string): string | undefined {
  return new RegExp(`<${tag}\\s*>\\s*([^<]*?)\\s*</${tag}\\s*>`).exec(body)?.[1]
}

function wholeNumber(
  text: string | undefined,
  least: number,
  otherwise: number,
  where: string,
): number {
  if (text === undefined || text === '') return otherwise
  const value = Number(text)
  if (Number.isInteger(value) && value >= least) return value
  throw invalidArgument(where, text, `a whole number of ${least} or more`)
}
