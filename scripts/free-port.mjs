/** Ports for programs that can't be told to choose one. */
import { createServer } from 'node:net'

/** @returns {Promise<number>} one of loopback that nobody has, now */
export const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
      server.close(() => resolve(port))
    })
  })
