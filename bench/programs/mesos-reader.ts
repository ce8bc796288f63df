/** Reads `--url` so many times (`--times`), one after the other; prints how long each took, in seconds. */
import { get } from 'node:http'
import { flag, nowNs } from './harness.ts'

function read(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, (response) => {
      response.resume()
      response.on('end', resolve)
      response.on('error', reject)
    }).on('error', reject)
  })
}

const seconds: number[] = []
for (let i = 0; i < Number(flag('times') ?? 1); i++) {
  const begin = nowNs()
  await read(flag('url') ?? '')
  seconds.push((nowNs() - begin) / 1e9)
}
process.stdout.write(JSON.stringify({ seconds }))
