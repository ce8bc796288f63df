import fc from 'fast-check'
import { attacks } from './attacks.ts'
import { Wire } from './raw-peer.ts'

const oddNumber = fc.constantFrom(
  0,
  -0,
  1,
  -1,
  0.5,
  NaN,
  Infinity,
  -Infinity,
  2 ** 31,
  2 ** 32,
  -(2 ** 31),
  2 ** 53,
  1e300,
)

const oddText = fc.oneof(
  fc.constantFrom(
    '',
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'then',
    'type',
    '/user/pong',
    '/system/receptionist',
    '/../..//$1',
    'file:///etc/passwd',
    'data:text/javascript,globalThis.pwned=1',
    'x'.repeat(5_000),
    '\u001b[2J\r\n',
  ),
  fc.string({ maxLength: 20 }),
)

/** A ref in a form that is right, nearly right, or not at all. */
const wire = fc
  .oneof(
    fc.integer({ min: -20, max: 200 }),
    oddNumber,
    fc.tuple(fc.integer({ min: -20, max: 200 })),
    fc.tuple(fc.integer({ min: -5, max: 200 }), fc.nat(3), oddText),
    fc.tuple(oddText, fc.nat(50), fc.nat(3), oddText, oddText, oddText, fc.nat(70_000)),
    fc.array(fc.oneof(oddNumber, oddText), { maxLength: 8 }),
  )
  .map((form) => new Wire(form))

/** Any value that an encoder of ours writes, with a taste for what breaks things. */
export const oddValue: fc.Arbitrary<unknown> = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    oddNumber,
    oddText,
    fc.constantFrom(null, undefined, true, false),
    fc.bigInt(),
    fc.date({ noInvalidDate: false }),
    fc.uint8Array({ maxLength: 30 }),
    fc.float64Array({ maxLength: 4 }),
    wire,
    fc.array(tie('any'), { maxLength: 6 }),
    fc.dictionary(fc.oneof(oddText, fc.constantFrom('type', 'replyTo', 'key', 'ref')), tie('any'), {
      maxKeys: 5,
      noNullPrototype: true,
    }),
    fc.array(fc.tuple(tie('any'), tie('any')), { maxLength: 3 }).map((pairs) => new Map(pairs)),
    fc.array(tie('any'), { maxLength: 3 }).map((items) => new Set(items)),
    fc.tuple(oddText, tie('any')).map(([text, cause]) => new Error(text, { cause })),
  ),
})).any

/** Bytes of CBOR in which heads may lie about what follows them. */
export const oddBytes: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 4 }) },
      {
        weight: 6,
        arbitrary: fc
          .tuple(
            fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7),
            fc.constantFrom(0, 1, 2, 5, 23, 24, 25, 26, 27, 31),
          )
          .map(([major, short]) => Uint8Array.of((major << 5) | short)),
      },
      {
        weight: 4,
        arbitrary: fc
          .oneof(
            fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 14, 15, 25, 27, 28, 29, 51, 64, 86, 105, 225),
            fc.constantFrom(256, 258, 259, 1001, 1002, 1003, 1004, 1005, 0xdff9, 0xdffe, 0xdfff),
            fc.constantFrom(0xe000, 0xe001, 0xe0ff, 0xf000, 0xffff),
          )
          .map((tag) => Uint8Array.of(0xd9, tag >> 8, tag & 255)),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom(...Object.values(attacks).filter((b) => b.length < 999)),
      },
    ),
    { maxLength: 30 },
  )
  .map((pieces) => new Uint8Array(Buffer.concat(pieces)))

type Mutation = (bytes: Uint8Array) => Uint8Array

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(fc.nat(), fc.nat(7)).map(([at, bit]): Mutation => (bytes) => {
    const copy = bytes.slice()
    if (copy.length > 0) copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ (1 << bit)
    return copy
  }),
  fc.tuple(fc.nat(), fc.nat(255)).map(([at, byte]): Mutation => (bytes) => {
    const copy = bytes.slice()
    if (copy.length > 0) copy[at % copy.length] = byte
    return copy
  }),
  fc.nat().map(
    (at): Mutation =>
      (bytes) =>
        bytes.slice(0, at % (bytes.length + 1)),
  ),
  fc.tuple(fc.nat(), fc.nat(), fc.nat()).map(([from, length, to]): Mutation => (bytes) => {
    const piece = bytes.slice(from % (bytes.length + 1)).slice(0, length % 64)
    const at = to % (bytes.length + 1)
    return new Uint8Array(Buffer.concat([bytes.slice(0, at), piece, bytes.slice(at)]))
  }),
  fc.tuple(fc.nat(), oddBytes).map(([to, piece]): Mutation => (bytes) => {
    const at = to % (bytes.length + 1)
    return new Uint8Array(Buffer.concat([bytes.slice(0, at), piece, bytes.slice(at)]))
  }),
)

/** Spoils bytes: flips, cuts, repeats, splices. */
export const mutations: fc.Arbitrary<Mutation> = fc
  .array(mutation, { minLength: 1, maxLength: 3 })
  .map((steps) => (bytes) => steps.reduce((spoilt, step) => step(spoilt), bytes))

const place = fc.oneof(fc.integer({ min: 1, max: 60 }), oddNumber, oddValue)
const path = fc.oneof(
  fc.constantFrom('/user/pong', '/user/echo', '/system/receptionist', '/', ''),
  oddText,
)
const reason = fc.constantFrom('stopped', 'failed', 'killed', 'node-lost', 'bored', undefined)
const spawnOptions = fc.oneof(
  fc.constant([100, 1_000, 10, 'messages', undefined, 'reject', undefined]),
  fc.tuple(
    place,
    fc.oneof(oddNumber, fc.constant(500)),
    place,
    fc.constantFrom('messages', 'bulk', 'air'),
    oddText,
    fc.constantFrom('reject', 'dropOldest', 'fail', 'panic'),
    fc.oneof(fc.constant(undefined), place),
  ),
  oddValue,
)

/** Kind → words, each right or wrong. */
export const controlWords: Readonly<Record<string, fc.Arbitrary<readonly unknown[]>>> = {
  gone: fc.tuple(place, reason, oddValue),
  watch: fc.tuple(place),
  resolve: fc.tuple(place, path),
  resolved: fc.tuple(place, fc.oneof(oddValue, fc.constant(null))),
  spawn: fc.tuple(
    fc.oneof(fc.integer({ min: 1, max: 8 }), place),
    path,
    fc.oneof(fc.constantFrom('hostile-test/child', 'nobody'), oddText),
    oddText,
    oddValue,
    spawnOptions,
  ),
  unanswered: fc.tuple(place, oddValue),
  want: fc.tuple(place, place, place),
  grant: fc.tuple(place, place),
  yield: fc.tuple(place, place),
  deny: fc.tuple(place, reason),
  failed: fc.tuple(place, oddValue),
  terminated: fc.tuple(place, reason, oddValue),
  restart: fc.tuple(fc.integer({ min: 1, max: 8 }), oddValue),
  resume: fc.tuple(fc.integer({ min: 1, max: 8 })),
  stop: fc.tuple(fc.integer({ min: 1, max: 8 })),
  kill: fc.tuple(fc.oneof(fc.integer({ min: 1, max: 8 }), place)),
  nothing: fc.array(oddValue, { maxLength: 2 }),
  bulk: fc.constant([]),
  bye: fc.constant([]),
  nonsense: fc.array(oddValue, { maxLength: 3 }),
}

export interface OddControl {
  /** Undefined for the number that is next. */
  readonly number: unknown
  readonly kind: string
  readonly words: readonly unknown[]
}

export const oddControl: fc.Arbitrary<OddControl> = fc
  .constantFrom(...Object.keys(controlWords))
  .chain((kind) =>
    fc.record({
      number: fc.oneof(
        { weight: 12, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: oddNumber },
      ),
      kind: fc.constant(kind),
      words: fc.oneof(
        { weight: 8, arbitrary: controlWords[kind] ?? fc.constant([]) },
        { weight: 1, arbitrary: fc.array(oddValue, { maxLength: 7 }) },
      ),
    }),
  )
