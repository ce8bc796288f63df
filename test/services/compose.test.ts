import test from 'ava'
import { read } from '../docs/repository.ts'

test('compose.yaml runs the same versions as npm run services', (t) => {
  const compose = read('compose.yaml')
  for (const [name, image] of [
    ['kafka', 'apache/kafka'],
    ['cassandra', 'cassandra'],
    ['zookeeper', 'zookeeper'],
  ] as const) {
    const pom = read(`scripts/services/${name}/pom.xml`)
    const [, version = ''] = /<dependency>[^]*?<version>(.+?)<\/version>/.exec(pom) ?? []
    t.regex(version, /^\d+\.\d+\.\d+$/)
    t.true(compose.includes(`image: ${image}:${version}\n`), `${image}:${version}`)
  }
})
