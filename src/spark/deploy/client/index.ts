/**
 * The way to a standalone master: sessions with it, the {@link applicationClient} that keeps an application known to whichever
 * master there is, and the {@link DriverClient} that submits programs.
 */
export { applicationClient } from './application-client.ts'
export type { ApplicationClientMessage } from './application-client.ts'
export { clusterDriver } from './cluster-driver.ts'
export { DriverClient } from './driver-client.ts'
export { KnownMasters } from './known-masters.ts'
export { MASTER_NAME, STANDBY_NAME, masterAt } from './locate.ts'
export type { AskLeader } from './locate.ts'
export { openApplicationSession, openWorkerSession } from './sessions.ts'
