import { receive, registered } from '../../../src/actors/index.ts'
import type { RegisteredBehavior } from '../../../src/actors/index.ts'

/** What a hostile peer may start on a node: it fails at every second message. */
export const child: RegisteredBehavior<unknown, unknown> = registered(
  import.meta.url,
  'hostile-test/child',
  () => {
    let count = 0
    return receive(() => {
      if (++count % 2 === 0) throw new TypeError('every second message')
    })
  },
)
