import { openSync, readSync } from 'node:fs'
import { constants, PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks'

import { NO_COLLECTIONS, type Collections, type ThreadUsage } from '../usage.ts'

/** Linux tells of each thread: nanoseconds on a processor, then waiting for one, then turns. */
const ACCOUNTS = '/proc/thread-self/schedstat'

/** The system's account of this thread, and V8's. Modules are loaded once for each thread. */
export const nodeUsage: ThreadUsage = {
  cpuNs: () => {
    accounts ??= openAccounts()
    return accounts()
  },
  collectionMs: () => {
    const { minorMs, majorMs, incrementalMs } = collections()
    return minorMs + majorMs + incrementalMs
  },
  collections,
}

let accounts: (() => number) | undefined
let observer: PerformanceObserver | undefined
const counts: { -readonly [Name in keyof Collections]: number } = { ...NO_COLLECTIONS }

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

function collections(): Collections {
  if (observer === undefined) {
    observer = new PerformanceObserver((list) => {
      count(list.getEntries())
    })
    observer.observe({ entryTypes: ['gc'] })
  }
  count(observer.takeRecords())
  return counts
}

/** Of the garbage collector. */
interface CollectionEntry extends PerformanceEntry {
  readonly detail?: { readonly kind?: number }
}

function count(entries: readonly PerformanceEntry[]): void {
  for (const entry of entries) {
    const { duration } = entry
    const kind = (entry as CollectionEntry).detail?.kind
    if (kind === constants.NODE_PERFORMANCE_GC_MAJOR) {
      counts.majorCount += 1
      counts.majorMs += duration
    } else if (kind === constants.NODE_PERFORMANCE_GC_INCREMENTAL) {
      counts.incrementalCount += 1
      counts.incrementalMs += duration
    } else {
      counts.minorCount += 1
      counts.minorMs += duration
    }
  }
}
