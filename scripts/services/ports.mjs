/** What servers on loopback have in common. */
import { createServer } from 'node:net'

import { freePort } from '../free-port.mjs'

export const HOST = '127.0.0.1'

/** For a Java that shares a machine with others. */
export const SMALL = ['-XX:+UseSerialGC', '-Djava.net.preferIPv4Stack=true']

/** The port itself, or a free one for 0. @param {number} asked */
export const portFor = async (asked) => (asked === 0 ? freePort() : asked)

/** Whether nobody listens there. @param {string} host @param {number} port @returns {Promise<boolean>} */
export const isFree = (host, port) =>
  new Promise((resolve) => {
    const server = createServer()
    server.on('error', () => resolve(false))
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
