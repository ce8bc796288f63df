/**
 * The way to a standalone master: its address (`spark://host:port[,host:port]`), sessions with it, and the
 * {@link applicationClient} that keeps an application known to whichever master there is.
 */
export { applicationClient } from './application-client.ts'
export type { ApplicationClientMessage } from './application-client.ts'
export { MASTER_NAME, masterAt } from './locate.ts'
export { openApplicationSession, openWorkerSession } from './sessions.ts'
