import { eventSchema } from '../event/index.ts'

const text = (description: string): object => ({ description })
const content = (type: string, schema: object): object => ({ [type]: { schema } })
const json = (description: string, schema: object): object => ({
  description,
  content: content('application/json', schema),
})
const component = (name: string): object => ({ $ref: `#/components/schemas/${name}` })
const failure = (description: string): object => json(description, component('Failure'))

const refusals = {
  400: failure('no JSON, or no event: `error.fields` names each field by its JSON pointer'),
  413: failure('more than is taken at a time'),
  415: failure('a content type or encoding that is not taken'),
}
const later = {
  ...failure('not certain to be stored: to be sent again, with the same id'),
  headers: { 'Retry-After': { schema: { type: 'integer' }, description: 'seconds' } },
}
const parameter = (name: string, schema: object): object => ({
  name,
  in: 'path',
  required: true,
  schema,
})
const { campaignId, eventType } = eventSchema.properties

/** What the service does, for programs: OpenAPI 3.1. */
export const openApi: object = {
  openapi: '3.1.0',
  info: {
    title: 'Troupe ingest',
    version: '1',
    description: 'Events go into an event log and a table; 200 means that they are in both.',
  },
  paths: {
    '/event': {
      post: {
        summary: 'Take an event in; the body may be packed by gzip or deflate',
        requestBody: { required: true, content: content('application/json', component('Event')) },
        responses: {
          200: json('it is stored', component('Stored')),
          ...refusals,
          422: failure('the log or the table will never take it; `error.isDeadLetter`'),
          503: later,
        },
      },
    },
    '/events': {
      post: {
        summary: 'Take many events in',
        requestBody: {
          required: true,
          content: {
            ...content('application/json', { type: 'array', items: component('Event') }),
            ...content('application/x-ndjson', { type: 'string' }),
          },
        },
        responses: {
          200: json('all are stored', component('Results')),
          207: json('some are, or for several reasons none is', component('Results')),
          ...refusals,
          422: json('none is, for one reason', component('Results')),
          503: json('none is certain to be', component('Results')),
        },
      },
    },
    '/campaign/{campaignId}/totals/{eventType}': {
      get: {
        summary: 'What the values of a campaign come to, by type of event',
        parameters: [parameter('campaignId', campaignId), parameter('eventType', eventType)],
        responses: {
          200: json('each event counts once', component('Total')),
          400: failure('the campaign is no UUID'),
          503: later,
        },
      },
    },
    '/health': { get: { summary: 'The process lives', responses: { 200: text('it does') } } },
    '/ready': {
      get: {
        summary: 'Events can be taken in',
        responses: { 200: text('they can'), 503: text('the log or the table is out of reach') },
      },
    },
    '/metrics': { get: { summary: 'Metrics', responses: { 200: text('as OpenMetrics') } } },
    '/openapi.json': { get: { summary: 'This', responses: { 200: text('OpenAPI') } } },
  },
  components: {
    schemas: {
      Event: withoutFormats(eventSchema),
      Stored: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } },
      Total: {
        type: 'object',
        required: ['campaignId', 'eventType', 'total'],
        properties: { campaignId, eventType, total: { type: 'integer', format: 'int64' } },
      },
      Failure: {
        type: 'object',
        required: ['error'],
        properties: {
          error: {
            type: 'object',
            required: ['code', 'message'],
            properties: {
              code: { type: 'string' },
              message: { type: 'string' },
              fields: {
                type: 'object',
                additionalProperties: { type: 'array', items: { type: 'string' } },
              },
            },
          },
        },
      },
      Results: {
        type: 'object',
        required: ['results'],
        properties: {
          results: {
            type: 'array',
            items: {
              type: 'object',
              required: ['status'],
              properties: {
                status: { type: 'integer' },
                id: { type: 'string' },
                error: { type: 'object' },
              },
            },
          },
        },
      },
    },
  },
}

/** The schema of events for others, who don't know our format of times. */
function withoutFormats({ properties, ...rest }: typeof eventSchema): object {
  const { format: _, ...timestamp } = properties.timestamp
  return { ...rest, properties: { ...properties, timestamp } }
}
