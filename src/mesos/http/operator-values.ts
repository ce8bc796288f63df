import type { MessageValue } from './wire/index.ts'

/** The answer of GET_FLAGS. */
export function flagsOf({
  flags = {},
}: {
  readonly flags: Readonly<Record<string, string>> | undefined
}): MessageValue {
  return { flags: Object.entries(flags).map(([name, value]) => ({ name, value })) }
}

/** The answer of GET_METRICS. */
export function metricsOf(metrics: Readonly<Record<string, number>>): MessageValue {
  return { metrics: Object.entries(metrics).map(([name, value]) => ({ name, value })) }
}
