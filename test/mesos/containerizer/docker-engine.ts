import { existsSync } from 'node:fs'
import { request } from 'node:http'

/** Of the engine that tests may use: the one that is named, or the machine's own. */
export const dockerSocket: string =
  process.env['TROUPE_TEST_DOCKER_SOCKET'] ?? '/var/run/docker.sock'

/** Why there is no engine; undefined if there is. Where one has to be (`TROUPE_TEST_DOCKER_REQUIRED`), tests fail without it. */
export async function whyNoEngine(): Promise<string | undefined> {
  if (process.env['TROUPE_TEST_DOCKER_REQUIRED'] === 'true') return undefined
  if (!existsSync(dockerSocket)) return `there is no ${dockerSocket}`
  return askEngine('GET', '/_ping').then(
    () => undefined,
    (error: unknown) => `${dockerSocket} does not answer: ${String(error)}`,
  )
}

/** Asks the engine without what is to be tested. */
export function askEngine(method: string, path: string, body?: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-tar' }
    const asked = request({ socketPath: dockerSocket, method, path, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (text += part))
      response.on('end', () => {
        const status = response.statusCode ?? 0
        if (status < 300 || status === 404) resolve(status === 404 ? '' : text)
        else reject(new Error(`${method} ${path}: ${status} ${text}`))
      })
    })
    asked.on('error', reject)
    asked.end(body)
  })
}
