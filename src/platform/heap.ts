/** Memory of this thread and process, in bytes. */
export interface HeapStatistics {
  usedBytes(): number
  /** What this thread's objects hold outside its heap, buffers among it. */
  externalBytes(): number
  /** Of that, what lies in buffers. */
  bufferBytes(): number
  limitBytes(): number
  /** Resident memory of the whole process. */
  residentBytes(): number
}
