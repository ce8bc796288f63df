/**
 * The scenario `ingest`: the service takes events in while Kafka and Cassandra are away, silent or late, and while its process and its links to
 * clients break, also right after an answer. Holds if whatever was answered with success is in the log and in the table, each event
 * once, and if a replay of it all changes nothing.
 */
export { ingest } from './ingest.ts'
