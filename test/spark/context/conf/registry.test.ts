import test from 'ava'

import { CONF_ENTRIES, checkConf, confValue } from '../../../../src/spark/context/conf/index.ts'
import { KEY_FAMILIES } from '../../../../src/spark/context/conf/key-families.ts'
import { contextConf } from '../../../../src/spark/context/submitted-conf.ts'
import { filesIn, read } from '../../../docs/repository.ts'

const cells = (row: string): string[] =>
  row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())

/** Rows of the engine's pages whose first cell is a key. */
const rows = ['cassandra', 'engine', 'files', 'monitoring', 'scheduling', 'standalone']
  .map((page) => `docs/${page}.md`)
  .flatMap((page) => read(page).split('\n'))
  .filter((line) => /^\| `spark\./.test(line))
  .map(cells)

test('the tables of the engine’s pages are the registry, key by key, both ways', (t) => {
  const families = KEY_FAMILIES.map((family) => [family.key, family] as const)
  const entries = [...Object.entries(CONF_ENTRIES), ...families].map(([key, { shown, doc }]) => [
    `\`${key}\``,
    shown,
    doc,
  ])
  const byKey = (a: readonly string[], b: readonly string[]): number =>
    String(a[0]) < String(b[0]) ? -1 : 1
  t.deepEqual([...rows].sort(byKey), entries.sort(byKey))
})

test('every key that the engine or a command reads or names is in the registry', (t) => {
  // Properties of jobs, which are no configuration.
  const properties = new Set(['spark.job.description', 'spark.job.tags', 'spark.jobGroup.id'])
  const told = ['spark.app.id'] // which the engine tells, and nobody sets
  const known = new Set([
    ...Object.keys(CONF_ENTRIES),
    ...properties,
    ...told,
    'spark.scheduler.pool',
  ])
  const paths = [...filesIn('src/spark', '.ts'), ...filesIn('src/cli', '.ts')].filter(
    (path) => !path.endsWith('decision-points.ts'), // names of decisions look like keys
  )
  const named = paths.flatMap((path) =>
    [...read(path).matchAll(/'(spark\.[A-Za-z.]*[A-Za-z])'/g)].map(
      ([, key]) => `${key} in ${path}`,
    ),
  )
  t.true(named.length > 50)
  t.deepEqual(
    named.filter((one) => !known.has(one.split(' ')[0] ?? '')),
    [],
  )
})

test('an unknown key of Spark is told with the nearest that there is; others are not its business', (t) => {
  const [misspelt, far, ...rest] = checkConf({
    'spark.executor.memmory': '1g',
    'spark.kubernetes.namespace': 'x',
    'my.own.key': 'fine',
    'spark.cores.max': 2,
  })
  t.regex(
    misspelt ?? '',
    /spark\.executor\.memmory.*no effect \(did you mean spark\.executor\.memory\?\)/,
  )
  t.regex(far ?? '', /spark\.kubernetes\.namespace: it has no effect$/)
  t.deepEqual(rest, [])
})

test('every value that is set is read, also where nothing asks for it', (t) => {
  t.throws(() => checkConf({ 'spark.speculation.quantile': 2 }), {
    code: 'TROUPE_SPARK_ARGUMENT_INVALID',
    message: /spark\.speculation\.quantile got 2/,
  })
})

test('flags are booleans or their text', (t) => {
  const flag = (value: string | boolean): boolean =>
    confValue({ 'spark.speculation': value }, 'spark.speculation')
  t.deepEqual([true, false, 'true', 'FALSE', ' True '].map(flag), [true, false, true, false, true])
  t.throws(() => flag('1'), { code: 'TROUPE_SPARK_ARGUMENT_INVALID' })
})

test('times without a unit have that of Spark', (t) => {
  t.is(confValue({ 'spark.locality.wait': 3000 }, 'spark.locality.wait'), 3000)
  t.is(confValue({ 'spark.locality.wait': '0' }, 'spark.locality.wait'), 0)
  t.is(confValue({ 'spark.network.timeout': 30 }, 'spark.network.timeout'), 30_000)
})

test('what a program says goes before what it was submitted with', (t) => {
  const submitted = {
    TROUPE_SPARK_CONF: JSON.stringify({
      'spark.master': 'local[4]',
      'spark.app.name': 'submitted',
      'spark.cores.max': '4',
      'spark.task.maxFailures': '2',
    }),
  }
  const found = contextConf({ appName: 'own', conf: { 'spark.cores.max': 1 } }, submitted)
  t.is(found.master, 'local[4]')
  t.is(found.appName, 'own')
  t.is(confValue(found.conf, 'spark.cores.max'), 1)
  t.is(confValue(found.conf, 'spark.task.maxFailures'), 2)
})

test('without a master, a name or a configuration that can be read the context is refused with the way out', (t) => {
  const refused = { code: 'TROUPE_SPARK_ARGUMENT_INVALID' }
  t.throws(() => contextConf({ appName: 'a' }, {}), { ...refused, message: /--master/ })
  t.throws(() => contextConf({ master: 'local' }, {}), { ...refused, message: /--name/ })
  for (const text of ['{', '[1]', '{"a":1}', 'null']) {
    t.throws(() => contextConf({ master: 'local', appName: 'a' }, { TROUPE_SPARK_CONF: text }), {
      ...refused,
      message: /TROUPE_SPARK_CONF/,
    })
  }
})
