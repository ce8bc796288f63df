import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import test, { type ExecutionContext } from 'ava'

import { SparkContext, SparkFiles, TaskContext } from '../../../src/spark/index.ts'
import { startDriver } from '../context/driver.ts'

function folderOf(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-shared-'))
  t.teardown(() => {
    rmSync(folder, { recursive: true })
  })
  mkdirSync(join(folder, 'model/inner'), { recursive: true })
  writeFileSync(join(folder, 'words.txt'), 'one\ntwo\n')
  writeFileSync(join(folder, 'model/weights'), '1 2 3')
  writeFileSync(join(folder, 'model/inner/bias'), '4')
  execFileSync('tar', ['-czf', 'model.tgz', 'model'], { cwd: folder })
  return folder
}

for (const master of ['local[2]', 'local-cluster[2,1,512]']) {
  test(`files, directories and archives are with the executors of ${master}, and go with them`, async (t) => {
    t.timeout(180_000)
    const folder = folderOf(t)
    const sc = await SparkContext.create({ master, appName: 'shared' })
    t.teardown(() => sc.stop())
    const slots = sc.parallelize([0, 1, 2, 3], 4)
    await slots.count()
    await sc.addFile(join(folder, 'words.txt'))
    await sc.addFile(join(folder, 'model'), { recursive: true })
    await sc.addArchive(`${join(folder, 'model.tgz')}#unpacked`)
    await sc.addFile(join(folder, 'words.txt'))
    t.deepEqual(sc.listFiles(), [join(folder, 'words.txt'), join(folder, 'model')])
    t.deepEqual(sc.listArchives(), [`${join(folder, 'model.tgz')}#unpacked`])
    const found = await slots
      .map(async () => {
        const names = ['words.txt', 'model/inner/bias', 'unpacked/model/weights']
        const texts = []
        for (const name of names) texts.push(await readFile(SparkFiles.get(name), 'utf8'))
        return [texts.join('|'), SparkFiles.getRootDirectory()] as const
      })
      .collect()
    const roots = new Set(found.map(([, root]) => root))
    t.deepEqual([...new Set(found.map(([texts]) => texts))], ['one\ntwo\n|4|1 2 3'])
    for (const root of roots) t.true(existsSync(root))
    // One that is added later comes, too.
    writeFileSync(join(folder, 'late.txt'), 'late')
    await sc.addFile(join(folder, 'late.txt'))
    const late = await slots.map(() => readFileSync(SparkFiles.get('late.txt'), 'utf8')).collect()
    t.deepEqual(late, ['late', 'late', 'late', 'late'])
    await sc.stop()
    for (const root of roots) t.false(existsSync(root), root)
  })
}

test('what is no file, and an archive that is none, is refused', async (t) => {
  const folder = folderOf(t)
  const sc = await SparkContext.create({ master: 'local[1]', appName: 'refused' })
  t.teardown(() => sc.stop())
  const invalid = { code: 'TROUPE_SPARK_ARGUMENT_INVALID' }
  const missing = { code: 'TROUPE_PLATFORM_FILE_UNREADABLE' }
  await t.throwsAsync(sc.addFile(join(folder, 'model')), invalid)
  await t.throwsAsync(sc.addFile(''), invalid)
  await t.throwsAsync(sc.addFile(join(folder, 'none')), missing)
  await t.throwsAsync(sc.addArchive(join(folder, 'words.txt')), invalid)
  await t.throwsAsync(sc.addArchive(join(folder, 'none.zip')), missing)
  t.deepEqual([...sc.listFiles(), ...sc.listArchives()], [])
  writeFileSync(join(folder, 'bad.zip'), 'no archive')
  await sc.addArchive(join(folder, 'bad.zip'))
  const error = await t.throwsAsync(sc.parallelize([1]).count(), {
    code: 'TROUPE_SPARK_JOB_FAILED',
  })
  t.like(error?.cause, { code: 'TROUPE_SPARK_ARCHIVE_DAMAGED' })
})

test('what the configuration names is with executors before the first task', async (t) => {
  const folder = folderOf(t)
  const conf = {
    'spark.files': `${join(folder, 'words.txt')}, ${join(folder, 'model')}`,
    'spark.archives': `${join(folder, 'model.tgz')}#unpacked`,
  }
  const sc = await SparkContext.create({ master: 'local[1]', appName: 'configured', conf })
  t.teardown(() => sc.stop())
  t.deepEqual(sc.listFiles(), [join(folder, 'words.txt'), join(folder, 'model')])
  const names = ['words.txt', 'model/inner/bias', 'unpacked/model/weights']
  const texts = sc.parallelize(names, 1).map((name) => readFileSync(SparkFiles.get(name), 'utf8'))
  t.deepEqual(await texts.collect(), ['one\ntwo\n', '4', '1 2 3'])
})

test('a file that the configuration names, and that is not there, ends the context with its path', async (t) => {
  const path = join(folderOf(t), 'none.txt')
  const conf = { 'spark.files': path }
  const error = await t.throwsAsync(
    SparkContext.create({ master: 'local[1]', appName: 'configured', conf }),
    {
      code: 'TROUPE_PLATFORM_FILE_UNREADABLE',
    },
  )
  t.true(error?.message.includes(path), error?.message)
})

test('files are asked for in tasks', (t) => {
  t.throws(() => SparkFiles.get('words.txt'), { code: 'TROUPE_SPARK_NOT_IN_TASK' })
})

test('a file that lies on the disk in memory is with executors there', async (t) => {
  const { kit, sc } = startDriver(t)
  await kit.until(sc.disk.makeDirectory('/data'))
  await kit.until(sc.disk.writeFile('/data/words.txt', new TextEncoder().encode('words')))
  await kit.until(sc.addFile('/data/words.txt'))
  const found = await kit.until(
    sc
      .parallelize([1, 2, 3], 3)
      .map(async () => {
        const context = TaskContext.get()
        const bytes = await context?.disk.readFile(SparkFiles.get('words.txt'))
        return new TextDecoder().decode(bytes)
      })
      .collect(),
  )
  t.deepEqual(found, ['words', 'words', 'words'])
})
