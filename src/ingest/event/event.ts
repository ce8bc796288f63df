import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import type { Random } from '../../platform/index.ts'
import { IngestError } from '../errors.ts'
import { eventSchema, type EventFields } from './schema.ts'
import { parseUtc } from './utc-time.ts'

/** An event that fits the schema. */
export interface Event {
  /** Lower case. */
  readonly id: string
  /** Lower case. */
  readonly campaignId: string
  readonly eventType: string
  readonly value: bigint
  /** UTC. */
  readonly time: Date
}

/** What is wrong with an event: JSON pointer of a field → why. The whole event is ``. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>

const validate: ValidateFunction<EventFields> = new Ajv({
  allErrors: true,
  formats: { utc: (text: string) => parseUtc(text) !== undefined },
}).compile<EventFields>(eventSchema)

/**
 * The event that a value of JSON is.
 * @param madeId the id of an event that has none
 * @throws TROUPE_INGEST_EVENT_INVALID, whose `data.fields` are {@link FieldErrors}
 */
export function eventOf(value: unknown, madeId: () => string): Event {
  if (!validate(value)) throw invalid(fieldsOf(validate.errors ?? []))
  const { id, campaignId, eventType, value: amount, timestamp } = value
  return {
    id: (id ?? madeId()).toLowerCase(),
    campaignId: campaignId.toLowerCase(),
    eventType,
    value: BigInt(amount),
    time: new Date(parseUtc(timestamp) ?? 0),
  }
}

/** @throws TROUPE_INGEST_BODY_INVALID for what is no JSON in UTF-8 */
export function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown
  } catch (cause) {
    const reason = (cause as Error).message
    throw new IngestError(
      'TROUPE_INGEST_BODY_INVALID',
      `The body is no JSON in UTF-8 (${reason}): send an event such as the schema in /openapi.json describes.`,
      { cause, data: { reason } },
    )
  }
}

/** A random UUID (RFC 9562, version 4). */
export function randomUuid(random: Random): string {
  const bytes = random.bytes(16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Buffer.from(bytes).toString('hex')
  return [8, 12, 16, 20, 32].map((end, i, ends) => hex.slice(ends[i - 1] ?? 0, end)).join('-')
}

const uuid = new RegExp(eventSchema.properties.campaignId.pattern)

export function isUuid(text: string): boolean {
  return uuid.test(text)
}

/** Better words than the validator's. */
const WHY: Readonly<Record<string, string>> = {
  required: 'is missing',
  format: 'is no date and time',
  pattern: 'is no UUID',
}

function fieldsOf(errors: readonly ErrorObject[]): FieldErrors {
  const fields: Record<string, string[]> = {}
  for (const { keyword, instancePath, params, message = keyword } of errors) {
    const isMissing = keyword === 'required'
    const path = isMissing ? `${instancePath}/${String(params['missingProperty'])}` : instancePath
    ;(fields[path] ??= []).push(WHY[keyword] ?? message)
  }
  return fields
}

function invalid(fields: FieldErrors): IngestError {
  const list = Object.entries(fields).map(([path, why]) => `${path || 'it'} ${why.join(', ')}`)
  return new IngestError(
    'TROUPE_INGEST_EVENT_INVALID',
    `This is no event: ${list.join('; ')}. Its schema is in /openapi.json.`,
    { data: { fields } },
  )
}
