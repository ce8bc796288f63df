/** The servers that `npm run services` knows. */
import { cassandra } from './cassandra.mjs'
import { kafka } from './kafka.mjs'
import { zookeeper } from './zookeeper.mjs'

/**
 * One process of a server. What it keeps, its settings and its log are in its directory.
 * @typedef {object} Node
 * @property {string} name
 * @property {string} host
 * @property {number} port at which clients ask
 * @property {Readonly<Record<string, number>>} ports the others
 * @property {string} directory
 * @property {Readonly<Record<string, string>>} settings
 */

/**
 * What is wanted of a server.
 * @typedef {object} Wanted
 * @property {string} directory
 * @property {number} [port] 0 for any free one
 * @property {string} [nodes]
 * @property {Readonly<Record<string, string>>} flags those of this kind of server
 */

/**
 * A kind of server. Its recipe in foreign-programs.mjs has its name.
 * @typedef {object} Kind
 * @property {readonly string[]} flags with a value, known to this kind only
 * @property {(wanted: Wanted) => Promise<readonly Node[]>} plan chooses addresses and settings
 * @property {(node: Node, place: string) => void} prepare writes its files; `place` is where the program stands
 * @property {(node: Node, place: string, isBrief: boolean) => readonly string[]} command Java's arguments; `isBrief` for one that
 *   lives for some minutes, and is to start soon rather than to run fast
 * @property {(node: Node) => Promise<boolean>} isReady
 */

/** @type {Readonly<Record<string, Kind>>} */
export const kinds = { kafka, cassandra, zookeeper }
