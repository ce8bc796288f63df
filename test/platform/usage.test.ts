import { both } from './both.ts'

both('what a thread has used never goes back', (t, place) => {
  const { usage } = place.environment()
  const readings = Array.from({ length: 50 }, () => [usage.cpuNs(), usage.collectionMs()] as const)
  for (const [i, [cpuNs, collectionMs]] of readings.entries()) {
    const [cpuBefore, collectionBefore] = readings[Math.max(0, i - 1)] ?? [0, 0]
    t.true(cpuNs >= cpuBefore && collectionMs >= collectionBefore)
  }
  return Promise.resolve()
})
