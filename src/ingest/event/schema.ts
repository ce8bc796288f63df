/** An event as clients send it. Fields beyond these are kept in the log, and nowhere else. */
export interface EventFields {
  readonly id?: string
  readonly campaignId: string
  readonly eventType: string
  readonly value: number
  readonly timestamp: string
}

/** The JSON schema that events are validated by; `utc` is a format of {@link parseUtc}. */
export const eventSchema = {
  type: 'object',
  required: ['campaignId', 'eventType', 'value', 'timestamp'],
  properties: {
    id: {
      type: 'string',
      pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
      description:
        'a UUID; the same one again is the same event. Made by the service where it is absent',
    },
    campaignId: {
      type: 'string',
      pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
      description: 'a UUID',
    },
    eventType: { type: 'string', minLength: 1, maxLength: 256, description: 'such as click' },
    value: {
      type: 'integer',
      minimum: -9_007_199_254_740_991,
      maximum: 9_007_199_254_740_991,
      description: 'what the totals add up',
    },
    timestamp: {
      type: 'string',
      format: 'utc',
      description: 'RFC 3339, or 2016-03-15 12:15:39; UTC where it names no zone',
    },
  },
} as const
