/**
 * Programs that others wrote, which test/mesos/foreign holds ours against: how each is set up from
 * packages, and where it then stands. They are kept in the user's cache, outside of the project, in
 * folders named after their recipe's digest: one that was changed is carried out anew.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, platform } from 'node:os'
import { join } from 'node:path'

import { filesUnder } from './files.mjs'
import { Stop, root, say, since } from './steps.mjs'

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'troupe', 'foreign')
/** Beside the tests: the parts of a recipe that are files of the project. */
const parts = join(root, 'test', 'mesos', 'foreign')
const READY = '.ready'
const LOCK_POLL_MS = 200
const STEP_LIMIT_MS = 10 * 60_000
/** The version of Spark that the engine is held against, in tests and in benchmarks. */
export const SPARK_VERSION = '4.3.0'
const JAVA_VERSION = 17
const COPY_DEPENDENCIES = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies'

/**
 * @typedef {object} Recipe
 * @property {string} what it is, in a line
 * @property {readonly string[]} [after] programs that it uses
 * @property {readonly string[]} [files] in test/mesos/foreign, that it is made from
 * @property {(directory: string) => void} make puts it into an empty folder; throws a `Stop` when that can't be done
 */

/** @type {Readonly<Record<string, Recipe>>} */
export const programs = {
  pymesos: {
    what: 'pymesos, a framework library for Python',
    make: (directory) => {
      debian('python3-venv', 'python3-http-parser')
      virtualEnvironment(directory)
      pip(directory, '--no-deps', 'pymesos==0.3.15', 'addict==2.4.0', 'six==1.16.0')
    },
  },
  avmesos: {
    what: 'avmesos, a framework library for Python',
    make: (directory) => {
      debian('python3-venv')
      virtualEnvironment(directory)
      pip(directory, 'avmesos==0.4.2', 'requests==2.32.3', 'kazoo==2.10.0', 'PyJWT==2.9.0')
    },
  },
  dpark: {
    what: 'DPark, an engine like Spark in Python, on pymesos',
    make: (directory) => {
      debian('python3-venv', 'python3-dev', 'python3-http-parser', 'gcc', 'g++')
      virtualEnvironment(directory)
      pip(directory, 'Cython==0.29.37')
      pip(
        directory,
        ...['pyzmq==25.1.2', 'msgpack-python==0.5.6', 'psutil==5.9.8'],
        ...['pyquicklz==1.4.1', 'py-lz4framed==0.14.0'],
      )
      const frameworks = ['pymesos==0.3.15', 'addict==2.4.0', 'six==1.16.0', 'DPark==0.5.0']
      pip(directory, '--no-deps', ...frameworks)
      // It is of the time of Python 3.6: a name that 3.9 has dropped is there again, in its executors too.
      const again = 'import threading; threading.Thread.isAlive = threading.Thread.is_alive'
      const place = "pathlib.Path(sysconfig.get_path('purelib'), 'is_alive.pth')"
      const script = `import pathlib, sysconfig; ${place}.write_text('${again}')`
      step(pythonOf(directory), ['-c', script])
    },
  },
  'real-mesos': {
    what: 'Apache Mesos 1.11.0 itself, master and agents in one process',
    after: ['pymesos'],
    files: ['real-mesos/loader.cpp', 'real-mesos/make_stand_ins.py'],
    make: (directory) => {
      if (platform() !== 'linux' || process.arch !== 'x64') {
        throw new Stop('its binary is for Linux on x86-64 only')
      }
      debian('libsvn1', 'libapr1', 'libsasl2-2', 'g++', 'binutils', 'python3')
      const library = join(directory, '_scheduler.so')
      const download = join(directory, 'download')
      mkdirSync(download)
      // pip can unpack this old form of archive, not install it: it ends with an error after it did so.
      const python = pythonOf(placeOf('pymesos'))
      const wanted = 'mesos.scheduler===1.11.0.linux-x86_64'
      const flags = ['-q', 'download', '--no-clean', '--no-deps', '-d', download]
      const said = attempt(python, ['-m', 'pip', ...flags, wanted], { TMPDIR: download })
      const [archive] = filesUnder(download, '', /\.tar\.gz$/)
      if (archive !== undefined) step('tar', ['-C', download, '-xf', join(download, archive)])
      const [found] = filesUnder(download, '', /^_scheduler\.so$/)
      if (found === undefined) throw new Stop(`${wanted} was not to be had: ${lastLine(said)}`)
      step('mv', [join(download, found), library])
      rmSync(download, { recursive: true })
      const source = join(parts, 'real-mesos')
      step('/usr/bin/python3', [join(source, 'make_stand_ins.py'), library, join(directory, 'lib')])
      const loader = [join(source, 'loader.cpp'), '-o', join(directory, 'loader')]
      step('g++', ['-O1', '-rdynamic', ...loader, '-ldl'])
    },
  },
  spark: {
    what: `Apache Spark ${SPARK_VERSION} itself, out of its package for Python`,
    make: (directory) => {
      debian('python3-venv', 'openjdk-17-jdk-headless')
      virtualEnvironment(directory)
      const download = join(directory, 'download')
      const flags = ['-q', '--disable-pip-version-check', '--no-build-isolation', '--no-deps']
      const wanted = `pyspark==${SPARK_VERSION}`
      step(pythonOf(directory), ['-m', 'pip', 'download', ...flags, '-d', download, wanted])
      const [archive] = filesUnder(download, '', /\.tar\.gz$/)
      if (archive === undefined) throw new Stop(`${wanted} is there in a form that is not known`)
      step('tar', ['-C', download, '-xf', join(download, archive)])
      // The files of Spark itself; its library for Python and what is made of both are left out.
      step('mv', [join(download, `pyspark-${SPARK_VERSION}`, 'deps'), join(directory, 'spark')])
      rmSync(download, { recursive: true })
      rmSync(join(directory, 'venv'), { recursive: true })
    },
  },
  'spark-beside': {
    what: 'the program in which Spark itself does what test/spark/beside-spark asks of it',
    after: ['spark'],
    files: ['../../spark/beside-spark/Beside.scala'],
    make: (directory) => {
      const [source = ''] = recipeOf('spark-beside').files?.map(fileOf) ?? []
      const compiler = ['-cp', join(placeOf('spark'), 'spark', 'jars', '*'), 'scala.tools.nsc.Main']
      step('java', [...compiler, '-usejavacp', '-d', directory, source])
    },
  },
  'mesos-rxjava': {
    what: 'Mesos Rx Java, a framework library for Java over protobuf',
    files: [
      'mesos-rxjava/pom.xml',
      'mesos-rxjava/RxScheduler.java',
      'mesos-rxjava/RxExecutor.java',
    ],
    make: (directory) => {
      debian('maven', 'openjdk-17-jdk-headless')
      const libraries = join(directory, 'lib')
      const programs = libraryOf('mesos-rxjava', libraries)
      const classes = join(directory, 'classes')
      step('javac', ['-cp', join(libraries, '*'), '-d', classes, ...programs])
    },
  },
  hdfs: {
    what: 'the namenode and the datanode of Apache Hadoop',
    files: ['../../spark/real-files/hadoop/pom.xml'],
    make: (directory) => {
      debian('maven', 'openjdk-17-jre-headless')
      libraryOf('hdfs', join(directory, 'lib'))
      // Its pages are in none of the packages, and it asks for their folders.
      for (const name of ['hdfs', 'datanode']) {
        const folder = join(directory, 'extra', 'webapps', name, 'WEB-INF')
        mkdirSync(folder, { recursive: true })
        const page = '<web-app xmlns="http://java.sun.com/xml/ns/javaee" version="2.5"/>'
        writeFileSync(join(folder, 'web.xml'), page)
      }
    },
  },
  zookeeper: {
    what: 'a server of Apache ZooKeeper',
    files: ['../../../scripts/services/zookeeper/pom.xml'],
    make: (directory) => {
      javaAndMaven()
      libraryOf('zookeeper', join(directory, 'lib'))
    },
  },
  kafka: {
    what: 'a broker of Apache Kafka',
    files: ['../../../scripts/services/kafka/pom.xml'],
    make: (directory) => {
      javaAndMaven()
      libraryOf('kafka', join(directory, 'lib'))
    },
  },
  cassandra: {
    what: 'a node of Apache Cassandra',
    files: ['../../../scripts/services/cassandra/pom.xml'],
    make: (directory) => {
      javaAndMaven()
      libraryOf('cassandra', join(directory, 'lib'))
    },
  },
  moto: {
    what: 'moto, a server that speaks as S3 does',
    make: (directory) => {
      debian('python3-venv')
      virtualEnvironment(directory)
      pip(directory, '--prefer-binary', 'moto[s3]==5.2.5', 'flask==3.1.3', 'flask-cors==6.0.5')
    },
  },
  'mesos-framework': {
    what: 'mesos-framework, a framework library for Node.js',
    make: (directory) => {
      writeFileSync(join(directory, 'package.json'), '{"private":true}')
      const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefix', directory]
      step('npm', ['install', ...flags, 'mesos-framework@0.5.3'])
    },
  },
  skale: {
    what: 'skale, an engine like Spark in Node.js, for the bench',
    make: (directory) => {
      writeFileSync(join(directory, 'package.json'), '{"private":true}')
      const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefix', directory]
      step('npm', ['install', ...flags, 'skale@1.2.2'])
    },
  },
}

/** Where a program stands when it has been set up. @param {string} name */
export const placeOf = (name) => {
  const { make, files = [] } = recipeOf(name)
  const hash = createHash('sha256').update(make.toString())
  for (const file of files) hash.update(readFileSync(fileOf(file)))
  return join(cache, `${name}-${hash.digest('hex').slice(0, 12)}`)
}

/** A part of a recipe. @param {string} file */
const fileOf = (file) => join(parts, file)

/** @param {string} name */
export const isSetUp = (name) => existsSync(join(placeOf(name), READY))

/**
 * Sets a program up, and those it uses, unless they are; one process at a time.
 * @param {string} name
 * @returns {Promise<string>} where it stands
 */
export const setUp = async (name) => {
  for (const other of recipeOf(name).after ?? []) await setUp(other)
  const place = placeOf(name)
  if (isSetUp(name)) return place
  const release = await lock(`${place}.lock`)
  try {
    if (isSetUp(name)) return place
    const startedMs = Date.now()
    rmSync(place, { recursive: true, force: true })
    mkdirSync(place, { recursive: true })
    recipeOf(name).make(place)
    writeFileSync(join(place, READY), '')
    say(`${name} set up in ${since(startedMs)}`)
    return place
  } catch (error) {
    if (error instanceof Stop) throw new Stop(`${name} can't be set up: ${error.message}`)
    throw error
  } finally {
    release()
  }
}

/** @param {string} name @returns {Recipe} */
const recipeOf = (name) => {
  const recipe = programs[name]
  if (recipe === undefined) {
    throw new Stop(`'${name}' is none of ${Object.keys(programs).join(', ')}`)
  }
  return recipe
}

/**
 * Fetches what the first file of a program, a `pom.xml`, names, into a folder.
 * @param {string} name @param {string} folder
 * @returns {readonly string[]} the other files of the program
 */
const libraryOf = (name, folder) => {
  const [pom = '', ...others] = recipeOf(name).files?.map(fileOf) ?? []
  step('mvn', ['-q', '-B', '-f', pom, `-DoutputDirectory=${folder}`, COPY_DEPENDENCIES])
  return others
}

/** The interpreter of a program in Python. @param {string} directory */
const pythonOf = (directory) => join(directory, 'venv', 'bin', 'python')

/** @param {string} directory */
const virtualEnvironment = (directory) => {
  step('/usr/bin/python3', ['-m', 'venv', '--system-site-packages', join(directory, 'venv')])
  // Of the same age as what they install.
  pip(directory, 'pip==23.3.2', 'setuptools==68.2.2', 'wheel==0.41.3')
}

/** @param {string} directory @param {readonly string[]} packages and flags */
const pip = (directory, ...packages) =>
  step(pythonOf(directory), [
    ...['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '--no-build-isolation'],
    ...packages,
  ])

/** What is missing for servers in Java, if anything is. @returns {string | undefined} */
export const whatJavaLacks = () => {
  const { status, output } = attempt('java', ['-version'])
  const [, version] = /version "(\d+)/.exec(output) ?? []
  if (status !== 0 || version === undefined) return 'there is no Java'
  if (Number(version) < JAVA_VERSION) return `Java is ${version}, not ${JAVA_VERSION} or later`
  return attempt('mvn', ['-v']).status === 0 ? undefined : 'there is no Maven'
}

/** Sees to both, whoever has installed them. */
const javaAndMaven = () => {
  if (whatJavaLacks() !== undefined) debian('maven', 'openjdk-17-jre-headless')
}

/** Sees to packages of Debian. @param {readonly string[]} names */
const debian = (...names) => {
  const missing = names.filter((name) => {
    const { status, output } = attempt('dpkg-query', ['-W', '-f=${Status}', name])
    return status !== 0 || !output.includes('install ok installed')
  })
  if (missing.length === 0) return
  if (process.getuid?.() !== 0 || attempt('apt-get', ['--version']).status !== 0) {
    throw new Stop(`it needs the Debian packages ${missing.join(' ')}`)
  }
  const patience = ['-o', 'DPkg::Lock::Timeout=300', '-qq']
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  step('apt-get', [...patience, 'update'], env)
  step('apt-get', [...patience, 'install', '-y', '--no-install-recommends', ...missing], env)
}

/** @param {string} command @param {readonly string[]} args @param {Record<string, string>} [env] */
const step = (command, args, env) => {
  const said = attempt(command, args, env)
  if (said.status !== 0) throw new Stop(`${command} failed: ${lastLine(said)}`)
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Record<string, string>} [env]
 * @returns {{ status: number, output: string }}
 */
const attempt = (command, args, env = {}) => {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: STEP_LIMIT_MS,
  })
  return { status: status ?? 1, output: `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}` }
}

/** @param {{ output: string }} said */
const lastLine = ({ output }) => output.trim().split('\n').at(-1) || 'it said nothing'

/** @param {string} path @returns {Promise<() => void>} */
const lock = async (path) => {
  mkdirSync(cache, { recursive: true })
  const holder = join(path, 'pid')
  for (;;) {
    try {
      mkdirSync(path)
      writeFileSync(holder, String(process.pid))
      return () => rmSync(path, { recursive: true, force: true })
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
    if (isGone(holder)) rmSync(path, { recursive: true, force: true })
    await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS))
  }
}

/** Whether the process that a file names is gone. @param {string} holder */
const isGone = (holder) => {
  try {
    const pid = Number(readFileSync(holder, 'utf8'))
    if (pid === 0) return false
    process.kill(pid, 0)
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}
