import { openSync, readSync } from 'node:fs'
import { PerformanceObserver } from 'node:perf_hooks'

import type { ThreadUsage } from '../usage.ts'

/** Linux tells of each thread: nanoseconds on a processor, then waiting for one, then turns. */
const ACCOUNTS = '/proc/thread-self/schedstat'

/** The system's account of this thread, and V8's. Modules are loaded once for each thread. */
export const nodeUsage: ThreadUsage = {
  cpuNs: () => {
    accounts ??= openAccounts()
    return accounts()
  },
  collectionMs: () => {
    if (!isWatching) watchCollections()
    return collectedMs
  },
}

let accounts: (() => number) | undefined
let isWatching = false
let collectedMs = 0

function openAccounts(): () => number {
  try {
    // Stays open as long as its thread.
    const file = openSync(ACCOUNTS, 'r')
    const buffer = Buffer.alloc(64)
    return () => {
      const length = readSync(file, buffer, 0, buffer.length, 0)
      return Number.parseInt(buffer.toString('latin1', 0, length), 10) || 0
    }
  } catch {
    return () => 0 // not on this system
  }
}

function watchCollections(): void {
  isWatching = true
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) collectedMs += duration
  })
  observer.observe({ entryTypes: ['gc'] })
}
