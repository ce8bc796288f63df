/** Memory of this thread and process, in bytes. */
export interface HeapStatistics {
  usedBytes(): number
  limitBytes(): number
  /** Resident memory of the whole process. */
  residentBytes(): number
}
