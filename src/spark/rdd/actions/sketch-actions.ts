import type { Batches } from '../../batches/index.ts'
import { sketchOf, type SketchSpec } from '../sketches/index.ts'
import type { TaskContext } from '../task-context.ts'

/** The sketch of a partition's rows. */
export async function sketch(
  rows: Batches<unknown>,
  context: TaskContext,
  spec: SketchSpec,
): Promise<unknown> {
  const { props } = spec
  const { create, add } = sketchOf(spec)
  let made = create(props)
  await rows.forEachBatch((batch) => {
    context.throwIfCancelled()
    for (let i = 0; i < batch.length; i += 1) made = add(made, batch[i], props)
  })
  return made
}
