import test from 'ava'

import { shownConf, submittedConf } from '../../../src/cli/submit/submission.ts'

const none = { flags: {}, confs: [], file: [], defaults: [], program: 'count.js' } as const

test('flags go before --conf, that before the properties file, that before the defaults', (t) => {
  const all = (value: string): [string, string][] => [
    ['spark.cores.max', value],
    ['spark.executor.memory', value],
    ['spark.executor.cores', value],
    ['spark.driver.memory', value],
  ]
  const { conf } = submittedConf({
    ...none,
    defaults: all('1'),
    file: all('2').slice(1),
    confs: all('3').slice(2),
    flags: { driverMemory: '4' },
  })
  t.deepEqual(conf, {
    'spark.master': 'local[*]',
    'spark.app.name': 'count.js',
    'spark.cores.max': '1',
    'spark.executor.memory': '2',
    'spark.executor.cores': '3',
    'spark.driver.memory': '4',
    'spark.ui.showConsoleProgress': 'true',
  })
})

test('every flag has its key', (t) => {
  const flags = {
    master: 'a',
    deployMode: 'b',
    name: 'c',
    driverMemory: 'd',
    executorMemory: 'e',
    executorCores: 'f',
    totalExecutorCores: 'g',
    files: 'h',
    archives: 'i',
  }
  t.deepEqual(submittedConf({ ...none, flags }).conf, {
    'spark.master': 'a',
    'spark.submit.deployMode': 'b',
    'spark.app.name': 'c',
    'spark.driver.memory': 'd',
    'spark.executor.memory': 'e',
    'spark.executor.cores': 'f',
    'spark.cores.max': 'g',
    'spark.files': 'h',
    'spark.archives': 'i',
    'spark.ui.showConsoleProgress': 'true',
  })
})

test('what is none of Spark is left out, and told', (t) => {
  const { conf, warnings } = submittedConf({ ...none, confs: [['my.key', '1']] })
  t.false('my.key' in conf)
  t.regex(warnings.join(), /my\.key is ignored/)
})

test('nobody is shown a secret', (t) => {
  const lines = shownConf({ 'spark.authenticate.secret': 'hush', 'spark.cores.max': '2' })
  t.deepEqual(lines, ['spark.authenticate.secret = *********(redacted)', 'spark.cores.max = 2'])
})
