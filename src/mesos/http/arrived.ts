import type { HttpExchange } from '../../platform/index.ts'

/** What a door is told by the platform. */
export interface Arrived {
  readonly type: 'arrived'
  readonly exchange: HttpExchange
}
