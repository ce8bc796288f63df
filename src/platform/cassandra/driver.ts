import type cassandra from 'cassandra-driver'

/** cassandra-driver, named nowhere else. */
export type Driver = typeof cassandra
export type { Client, ClientOptions, Host, QueryOptions, token, types } from 'cassandra-driver'

/** Loads the driver: only who opens a session pays for it. */
export async function loadDriver(): Promise<Driver> {
  return (await import('cassandra-driver')).default
}
