/** Whether a server answers, in its own protocol: a port that takes connections says little. */
import { connect } from 'node:net'

const ANSWER_MS = 3000

/**
 * Sends bytes over a connection of their own and takes what comes first.
 * @param {string} host
 * @param {number} port
 * @param {Uint8Array | string} request
 * @param {number} length of the answer, at least
 * @returns {Promise<Buffer | undefined>} nothing when it does not answer so much within 3 s
 */
const answerOf = (host, port, request, length) =>
  new Promise((resolve) => {
    const socket = connect(port, host, () => socket.write(request))
    let answer = Buffer.alloc(0)
    const end = (/** @type {Buffer | undefined} */ result) => {
      socket.destroy()
      resolve(result)
    }
    socket.setTimeout(ANSWER_MS, () => end(undefined))
    socket.on('data', (part) => {
      answer = Buffer.concat([answer, part])
      if (answer.length >= length) end(answer)
    })
    socket.on('error', () => end(undefined)).on('close', () => end(undefined))
  })

/** Kafka: ApiVersions, version 0, is answered without an error. @param {string} host @param {number} port */
export const isKafka = async (host, port) => {
  const [apiVersions, id] = [18, 1]
  const request = Buffer.alloc(14)
  request.writeInt32BE(10, 0)
  request.writeInt16BE(apiVersions, 4)
  request.writeInt32BE(id, 8)
  request.writeInt16BE(-1, 12) // no client id
  const answer = await answerOf(host, port, request, 10)
  return answer !== undefined && answer.readInt32BE(4) === id && answer.readInt16BE(8) === 0
}

/** CQL, version 4: OPTIONS is answered by SUPPORTED. @param {string} host @param {number} port */
export const isCassandra = async (host, port) => {
  const [options, supported, isAnswer] = [5, 6, 0x80]
  const answer = await answerOf(host, port, Buffer.from([4, 0, 0, 0, options, 0, 0, 0, 0]), 5)
  return answer !== undefined && answer[0] === (4 | isAnswer) && answer[4] === supported
}

/** ZooKeeper: the word `srvr` is answered. @param {string} host @param {number} port */
export const isZookeeper = async (host, port) =>
  (await answerOf(host, port, 'srvr', 9))?.toString().startsWith('Zookeeper') === true
