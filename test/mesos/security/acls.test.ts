import test from 'ava'
import { isAllowed, parseAcls, parseCredentials } from '../../../src/mesos/index.ts'

const some = (...values: readonly string[]): unknown => ({ values })
const any = { type: 'ANY' }
const none = { type: 'NONE' }

/** Rules, and who may do it to what. @see docs/authorization.md of Apache Mesos */
const CASES: readonly (readonly [
  rules: unknown,
  permissive: boolean,
  principal: string | undefined,
  object: string | undefined,
  isAllowed: boolean,
])[] = [
  [[], true, 'p', 'r', true],
  [[], false, 'p', 'r', false],
  [[{ principals: some('p'), roles: some('r') }], false, 'p', 'r', true],
  [[{ principals: some('p'), roles: some('r') }], false, 'p', 'other', false],
  [[{ principals: some('p'), roles: some('r') }], false, 'other', 'r', false],
  [[{ principals: some('p'), roles: some('r') }], true, 'other', 'r', true],
  // The first that fits decides.
  [
    [
      { principals: some('p'), roles: some('r') },
      { principals: none, roles: some('r') },
    ],
    true,
    'p',
    'r',
    true,
  ],
  [
    [
      { principals: some('p'), roles: some('r') },
      { principals: none, roles: some('r') },
    ],
    true,
    'other',
    'r',
    false,
  ],
  [[{ principals: some('p'), roles: none }], true, 'p', 'r', false],
  [[{ principals: any, roles: some('r') }], false, 'whoever', 'r', true],
  // Nobody in particular stands for any.
  [[{ principals: any, roles: any }], false, undefined, 'r', true],
  [[{ principals: some('p'), roles: any }], false, undefined, 'r', false],
  [[{ principals: none, roles: any }], true, undefined, 'r', false],
  [[{ principals: any, roles: some('r') }], false, 'p', undefined, false],
  [[{ principals: any, roles: any }], false, 'p', undefined, true],
  // Roles below another.
  [[{ principals: any, roles: some('a/%') }], false, 'p', 'a/b', true],
  [[{ principals: any, roles: some('a/%') }], false, 'p', 'a/b/c', true],
  [[{ principals: any, roles: some('a/%') }], false, 'p', 'a', false],
  [[{ principals: any, roles: some('a/%') }], false, 'p', 'ab/c', false],
]

test('the first rule that fits a principal and an object decides, else permissive', (t) => {
  for (const [rules, permissive, principal, object, expected] of CASES) {
    const acls = parseAcls(JSON.stringify({ permissive, register_frameworks: rules }))
    const shown = JSON.stringify([rules, permissive, principal, object])
    t.is(isAllowed(acls, 'register_frameworks', principal, object), expected, shown)
  }
})

test('without ACLs all is allowed', (t) => {
  t.true(isAllowed(undefined, 'teardown_frameworks', undefined))
})

test('ACLs that are none are refused with the place', (t) => {
  for (const [text, why] of [
    ['{', /no JSON/],
    ['[]', /no JSON object/],
    ['{"permissive":1}', /permissive/],
    ['{"run_tasks":{}}', /run_tasks is no list/],
    ['{"run_tasks":[{"users":{"type":"ANY"}}]}', /run_tasks\[0\]\.principals is missing/],
    [
      '{"run_tasks":[{"principals":{"type":"ALL"},"users":{"type":"ANY"}}]}',
      /run_tasks\[0\]\.principals\.type/,
    ],
    [
      '{"get_endpoints":[{"principals":{"type":"ANY"},"paths":{"values":["/flags"]}}]}',
      /Path: '\/flags' is not an authorizable path/,
    ],
  ] as const) {
    t.throws(() => parseAcls(text), { code: 'TROUPE_MESOS_ACLS_INVALID', message: why }, text)
  }
})

test('credentials are read from JSON and from lines', (t) => {
  const json = '{"credentials":[{"principal":"p","secret":"s"},{"principal":"q"}]}'
  t.deepEqual(
    [...parseCredentials(json)],
    [
      ['p', 's'],
      ['q', ''],
    ],
  )
  t.deepEqual(
    [...parseCredentials('p s\n\n  q\tt \n')],
    [
      ['p', 's'],
      ['q', 't'],
    ],
  )
})

test('credentials that are none are refused, and not shown', (t) => {
  for (const text of [
    '{"credentials":1}',
    '{"credentials":[{"secret":"hush"}]}',
    'p hush x',
    '{',
  ]) {
    const error = t.throws(() => parseCredentials(text), {
      code: 'TROUPE_MESOS_CREDENTIALS_INVALID',
    })
    t.notRegex(error?.message ?? 'hush', /hush/)
  }
})
