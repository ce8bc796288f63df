import {
  KEYS_ONLY,
  plainMerging,
  recogniseCombining,
  recogniseReduction,
  type Merging,
} from '../columns/index.ts'
import type { Aggregator } from './aggregator.ts'

/** How an aggregator merges numbers on columns, on both sides of a shuffle; undefined where it does so on rows only. */
export function mergingOf(aggregator: Aggregator | undefined): Merging | undefined {
  switch (aggregator?.type) {
    case 'reduce': {
      const reduction = recogniseReduction(aggregator.merge)
      return reduction && plainMerging(reduction)
    }
    case 'combine':
      return aggregator.isMapSide ? recogniseCombining(aggregator) : undefined
    case 'distinct':
      return KEYS_ONLY
    case 'group':
    case undefined:
      return undefined
  }
}
