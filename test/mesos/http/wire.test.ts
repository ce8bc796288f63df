import test from 'ava'
import fc from 'fast-check'
import {
  jsonCodec,
  messageType,
  protobufCodec,
  type MessageType,
  type MessageValue,
} from '../../../src/mesos/http/wire/index.ts'

const CALL = messageType('scheduler.Call')
const EVENT = messageType('scheduler.Event')
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const json = (type: MessageType, value: MessageValue): string =>
  new TextDecoder().decode(jsonCodec.encode(type, value))

test('bytes are base64, doubles have a fraction, empty lists are left out', (t) => {
  const status = {
    task_id: { value: 't' },
    state: 'TASK_RUNNING',
    source: 'SOURCE_AGENT',
    timestamp: 15,
    uuid: new Uint8Array([1, 2, 3]),
    labels: { labels: [] },
  }
  t.is(
    json(EVENT, { type: 'UPDATE', update: { status } }),
    '{"type":"UPDATE","update":{"status":{"task_id":{"value":"t"},"state":"TASK_RUNNING","timestamp":15.0,"source":"SOURCE_AGENT","uuid":"AQID","labels":{}}}}',
  )
})

test('null is absent, unknown fields and unknown names of enums are let go', (t) => {
  const text =
    '{"type":"SUBSCRIBE","later":{"a":[1]},"subscribe":{"framework_info":{"user":"u","name":"n","id":null,"checkpoint":null,"capabilities":[{"type":"MULTI_ROLE"},{"type":"NEVER_HEARD_OF"}]}}}'
  t.deepEqual(jsonCodec.decode(CALL, bytes(text)), {
    ok: true,
    value: {
      type: 'SUBSCRIBE',
      subscribe: {
        framework_info: {
          user: 'u',
          name: 'n',
          roles: [],
          capabilities: [{ type: 'MULTI_ROLE' }, {}],
        },
      },
    },
  })
})

test('a field of another type is refused by its name', (t) => {
  const cases: readonly (readonly [string, string])[] = [
    ['{"type":1}', "Not expecting a JSON number for field 'type'"],
    ['{"framework_id":"x"}', "Not expecting a JSON string for field 'framework_id'"],
    ['{"accept":{"offer_ids":"x"}}', "Not expecting a JSON string for field 'offer_ids'"],
    [
      '{"acknowledge":{"uuid":"?"}}',
      "Failed to base64 decode bytes field 'uuid': Invalid character '?'",
    ],
    [
      '{"accept":{"filters":{"refuse_seconds":"zz"}}}',
      "Failed to parse 'zz' as a JSON number for field 'refuse_seconds': syntax error at line 1 near: zz",
    ],
    ['{"accept":{"filters":{"refuse_seconds":true}}}', "field 'refuse_seconds'"],
  ]
  for (const [text, problem] of cases) {
    const read = jsonCodec.decode(CALL, bytes(text))
    t.false(read.ok, text)
    t.true(!read.ok && read.problem.includes(problem), read.ok ? text : read.problem)
  }
})

test('required fields are missed by their paths, in repeated messages too', (t) => {
  const text =
    '{"type":"ACCEPT","accept":{"offer_ids":[{"value":"a"},{}],"operations":[{"type":"LAUNCH","launch":{"task_infos":[{"name":"t"}]}}]}}'
  const missing =
    'Missing required fields: accept.offer_ids[1].value, accept.operations[0].launch.task_infos[0].task_id, accept.operations[0].launch.task_infos[0].agent_id'
  const problem = `Failed to convert JSON into Call protobuf: ${missing}`
  t.deepEqual(jsonCodec.decode(CALL, bytes(text)), { ok: false, problem, terse: missing })
})

/** What Mesos 1.11.0 has said of these. */
const RECORDED: readonly (readonly [string, string])[] = [
  ['\ufeff{}', 'Failed to parse body into JSON: syntax error at line 1 near: \ufeff{}'],
  ['{"x":"\\ud800"}', 'Failed to parse body into JSON: syntax error at line 1 near: "}'],
  ['{"x":"\\u12"}', 'Failed to parse body into JSON: syntax error at line 1 near: "}'],
  ['{"x":-}', 'Failed to parse body into JSON: syntax error at line 1 near: }'],
  ['{"x":+1}', 'Failed to parse body into JSON: syntax error at line 1 near: +1}'],
  ['{"x":.5}', 'Failed to parse body into JSON: syntax error at line 1 near: .5}'],
  ['{"x":1e999}', 'Failed to parse body into JSON: Value out of range'],
  [
    '{"kill":{"task_id":{"value":"t"},"kill_policy":{"grace_period":{"nanoseconds":"true"}}}}',
    "Failed to convert JSON into Call protobuf: Failed to parse 'true' as a JSON number for field 'nanoseconds': Unexpected JSON type parsed",
  ],
  [
    '{"accept":{"operations":[{"launch":{"task_infos":[{"name":"t","task_id":{"value":"t"},"agent_id":{"value":"a"},"limits":{"cpus":{"value":1},"mem":{}}}]}}]}}',
    'Failed to convert JSON into Call protobuf: Missing required fields: accept.operations[0].launch.task_infos[0].limits[1].value.value',
  ],
  [
    '{"accept":{"operations":[{"launch":{"task_infos":[{"limits":{"cpus":"x"}}]}}]}}',
    "Failed to convert JSON into Call protobuf: Not expecting a JSON string for field 'value'",
  ],
]

for (const [text, problem] of RECORDED) {
  test(`${JSON.stringify(text)} is refused as Mesos refuses it`, (t) => {
    const read = jsonCodec.decode(CALL, bytes(text))
    t.is(read.ok ? 'taken' : read.problem, problem)
  })
}

test('what Mesos takes is taken: odd numbers, lists within lists, spaces in base64', (t) => {
  const cases: readonly (readonly [string, unknown])[] = [
    ['{"type":"REVIVE","x":[01,"1.",1.,-01.5]}', { type: 'REVIVE' }],
    ['{"type":"REVIVE","framework_id":{"value":"\\ud83d\\ude00"}}', undefined],
    [
      '{"reconcile":{"tasks":[[{"task_id":{"value":"a"}}],{"task_id":{"value":"b"}}]}}',
      { reconcile: { tasks: [{ task_id: { value: 'a' } }, { task_id: { value: 'b' } }] } },
    ],
    [
      '{"accept":{"offer_ids":[],"filters":{"refuse_seconds":02.}}}',
      { accept: { offer_ids: [], operations: [], filters: { refuse_seconds: 2 } } },
    ],
    [
      '{"message":{"agent_id":{"value":"a"},"executor_id":{"value":"e"},"data":"aG\\n kK"}}',
      {
        message: {
          agent_id: { value: 'a' },
          executor_id: { value: 'e' },
          data: new Uint8Array([0x68, 0x69, 0x0a]),
        },
      },
    ],
  ]
  for (const [text, value] of cases) {
    const read = jsonCodec.decode(CALL, bytes(text))
    t.true(read.ok, read.ok ? '' : `${text}: ${read.problem}`)
    if (read.ok && value !== undefined) t.deepEqual(read.value, value, text)
  }
})

test('what is nested without end, or larger than any number, is answered like all else', (t) => {
  const depth = 200_000
  const nested = (core: string): string => `${'['.repeat(depth)}${core}${']'.repeat(depth)}`
  const offer = '{"value":"o"}'
  const taken = jsonCodec.decode(CALL, bytes(`{"decline":{"offer_ids":${nested(offer)}}}`))
  t.deepEqual(taken, { ok: true, value: { decline: { offer_ids: [{ value: 'o' }] } } })
  for (const beyond of [nested('1e999'), '[01e999]', '[01,1e999]']) {
    const read = jsonCodec.decode(CALL, bytes(`{"x":${beyond}}`))
    t.is(read.ok ? 'taken' : read.problem, 'Failed to parse body into JSON: Value out of range')
  }
})

test('lists that Mesos shows even when they are empty are there', (t) => {
  const shown = (name: string, value: MessageValue): unknown =>
    JSON.parse(new TextDecoder().decode(jsonCodec.encode(messageType(name), value)))
  const empty = { tasks: [], unreachable_tasks: [], completed_tasks: [] }
  t.deepEqual(shown('master.Response.GetTasks', { tasks: [] }), empty)
  t.deepEqual(shown('master.Response.GetExecutors', {}), { executors: [] })
  t.deepEqual(shown('agent.Response.GetFrameworks', {}), {
    frameworks: [],
    completed_frameworks: [],
  })
  t.deepEqual(shown('master.Response.GetOperations', { operations: [] }), {})
})

test('a message that the tables lack is refused', (t) => {
  t.throws(() => messageType('scheduler.Nothing'), { code: 'TROUPE_MESOS_MESSAGE_UNKNOWN' })
})

test('protobuf without a required field, or that is none, is refused', (t) => {
  const refused = {
    ok: false,
    problem: 'Failed to parse body into Call protobuf',
    terse: 'Failed to parse body into a protobuf object',
  }
  t.deepEqual(protobufCodec.decode(CALL, new Uint8Array([0xff, 0xff])), refused)
  // SUBSCRIBE with an empty `subscribe`
  t.deepEqual(protobufCodec.decode(CALL, new Uint8Array([0x10, 1, 0x1a, 0])), refused)
})

test('the numbers of fields and enums are those of the protocol', (t) => {
  // framework_id = 1 {value = 1}, type = 2, acknowledge = 8 {agent_id 1, task_id 2, uuid 3}
  const call = {
    framework_id: { value: 'F' },
    type: 'ACKNOWLEDGE',
    acknowledge: { agent_id: { value: 'A' }, task_id: { value: 'T' }, uuid: new Uint8Array([7]) },
  }
  t.is(
    Buffer.from(protobufCodec.encode(CALL, call)).toString('hex'),
    '0a030a0146' + '1008' + '420d' + '0a030a0141' + '12030a0154' + '1a0107',
  )
})

/** Any value of a message that both codecs can say, to a depth. */
function valueOf(type: MessageType, depth: number): fc.Arbitrary<MessageValue> {
  const entries = type.fields.flatMap((field) => {
    if (field.kind.type === 'message' && depth === 0) {
      return field.occurrence === 'required' ? [[field.name, fc.constant(undefined)] as const] : []
    }
    const one = fieldValue(field, depth)
    if (field.occurrence === 'required') return [[field.name, one] as const]
    if (field.occurrence === 'optional') {
      return [[field.name, fc.option(one, { nil: undefined })] as const]
    }
    return [[field.name, fc.array(one, { maxLength: 2 })] as const]
  })
  return fc.record(Object.fromEntries(entries))
}

function fieldValue({ kind }: MessageType['fields'][number], depth: number): fc.Arbitrary<unknown> {
  if (kind.type === 'message') return valueOf(kind.message, depth - 1)
  if (kind.type === 'enum') return fc.constantFrom(...kind.values.keys())
  switch (kind.scalar) {
    case 'string':
      return fc.string({ unit: 'grapheme', maxLength: 8 })
    case 'bytes':
      return fc.uint8Array({ maxLength: 8 })
    case 'bool':
      return fc.boolean()
    case 'double':
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
    case 'int32':
    case 'uint32':
      return fc.nat()
    default:
      return fc.maxSafeNat()
  }
}

for (const name of ['scheduler.Call', 'scheduler.Event', 'executor.Call', 'executor.Event']) {
  test(`${name} is the same behind JSON and behind protobuf`, (t) => {
    const type = messageType(name)
    const same = fc.property(valueOf(type, 4), (value) => {
      const throughJson = jsonCodec.decode(type, jsonCodec.encode(type, value))
      if (!throughJson.ok) return true
      const settled = throughJson.value
      const throughProtobuf = protobufCodec.decode(type, protobufCodec.encode(type, settled))
      t.deepEqual(throughProtobuf, { ok: true, value: settled })
      return true
    })
    t.notThrows(() => fc.assert(same, { numRuns: 50 }))
  })
}
