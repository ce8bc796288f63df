import type { HttpRequest } from '../../platform/index.ts'
import { IngestError } from '../errors.ts'
import { jsonOf } from '../event/index.ts'
import { tooLarge } from './answers.ts'

const NEWLINE = 10
const ENCODINGS: ReadonlySet<string> = new Set(['gzip', 'x-gzip', 'deflate', 'identity', ''])

type Form = 'json' | 'lines'

/** What stands in a body, of one event of it: as it is logged, and read, or why it can't be. */
export interface Item {
  readonly raw: Uint8Array
  read(): unknown
}

/** The one event of a body. @throws TROUPE_INGEST_TYPE_UNSUPPORTED */
export function itemOf(request: HttpRequest): Item {
  if (formOf(request) === 'lines') {
    throw unsupported('content-type', 'send JSON here, and lines of JSON to /events')
  }
  return { raw: request.body, read: () => jsonOf(request.body) }
}

/**
 * The events of a batch: of an array, or a line each.
 * @throws TROUPE_INGEST_TYPE_UNSUPPORTED, TROUPE_INGEST_BODY_INVALID, TROUPE_INGEST_TOO_LARGE for more than `max`
 */
export function itemsOf(request: HttpRequest, max: number): readonly Item[] {
  const items =
    formOf(request) === 'lines' ? itemsOfLines(request.body) : itemsOfArray(request.body)
  if (items.length > max) throw tooLarge(`A batch of ${items.length} events, and ${max} are taken`)
  return items
}

function itemsOfArray(body: Uint8Array): readonly Item[] {
  const values = jsonOf(body)
  if (!Array.isArray(values)) {
    throw new IngestError(
      'TROUPE_INGEST_BODY_INVALID',
      'A batch is an array of events, or a line each with content-type application/x-ndjson; one event goes to /event.',
    )
  }
  const encoder = new TextEncoder()
  return values.map((value: unknown) => ({
    raw: encoder.encode(JSON.stringify(value)),
    read: () => value,
  }))
}

function itemsOfLines(body: Uint8Array): readonly Item[] {
  const items: Item[] = []
  for (let from = 0; from < body.length;) {
    const at = body.indexOf(NEWLINE, from)
    const until = at < 0 ? body.length : at
    // A copy: what is logged must not hold the whole body.
    const raw = body.slice(from, until)
    if (raw.some((byte) => byte > 32)) items.push({ raw, read: () => jsonOf(raw) })
    from = until + 1
  }
  return items
}

function formOf({ headers }: HttpRequest): Form {
  const encoding = (headers['content-encoding'] ?? '').trim().toLowerCase()
  if (!ENCODINGS.has(encoding)) {
    throw unsupported('content-encoding', `${encoding} is none of gzip and deflate`)
  }
  const [type = '', ...parameters] = (headers['content-type'] ?? 'application/json')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
  const charset = parameters.find((one) => one.startsWith('charset='))?.slice(8)
  if (charset !== undefined && !/^"?utf-?8"?$/.test(charset)) {
    throw unsupported('content-type', `charset ${charset} is not utf-8`)
  }
  if (/^application\/(.+\+)?json$/.test(type)) return 'json'
  if (/^application\/(x-)?(ndjson|jsonlines|jsonl)$/.test(type)) return 'lines'
  throw unsupported('content-type', `${type} is neither application/json nor application/x-ndjson`)
}

function unsupported(header: string, reason: string): IngestError {
  return new IngestError(
    'TROUPE_INGEST_TYPE_UNSUPPORTED',
    `This ${header} is not taken: ${reason}.`,
    { data: { header, reason } },
  )
}
