import { MesosError } from '../errors.ts'

/** Secrets by principal. */
export type Credentials = ReadonlyMap<string, string>

/**
 * Reads credentials in either form that Mesos takes: `{"credentials":[{"principal":"p","secret":"s"}]}`, or a line
 * `principal secret` each.
 * @throws TROUPE_MESOS_CREDENTIALS_INVALID
 */
export function parseCredentials(text: string): Credentials {
  const trimmed = text.trim()
  const pairs = trimmed.startsWith('{') ? pairsOfJson(trimmed) : pairsOfLines(trimmed)
  return new Map(pairs)
}

type Pair = readonly [principal: string, secret: string]

function pairsOfJson(text: string): readonly Pair[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw invalid('the JSON breaks off or has a mistake', cause)
  }
  const { credentials } = value as { readonly credentials?: unknown }
  if (!Array.isArray(credentials)) throw invalid("there is no list 'credentials'")
  return (credentials as readonly unknown[]).map((one, at) => {
    const { principal, secret = '' } = (one ?? {}) as Readonly<Record<string, unknown>>
    if (typeof principal === 'string' && typeof secret === 'string') return [principal, secret]
    throw invalid(`credentials[${at}] has no principal, or a secret that is no text`)
  })
}

function pairsOfLines(text: string): readonly Pair[] {
  return text.split('\n').flatMap((line, at) => {
    const [principal = '', secret, ...rest] = line.trim().split(/\s+/)
    if (principal === '') return []
    if (secret === undefined || rest.length > 0) {
      throw invalid(`line ${at + 1} is not a principal and a secret`)
    }
    return [[principal, secret] as const]
  })
}

/** Nothing of the text is said: it is secret. */
function invalid(why: string, cause?: unknown): MesosError {
  return new MesosError(
    'TROUPE_MESOS_CREDENTIALS_INVALID',
    `The credentials can't be used: ${why}. They are {"credentials":[{"principal":"p","secret":"s"}]}, or lines of 'principal secret'.`,
    { data: { why }, ...(cause !== undefined && { cause }) },
  )
}
