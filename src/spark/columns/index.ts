/**
 * Rows as columns: where the engine owns the bytes.
 *
 * A {@link ColumnBatch} holds rows as typed arrays and as slices of UTF-8, from the reader to the shuffle; no
 * string is made until a function asks for one. Functions of common shapes are recognised by their source
 * ({@link recognise}) and run on columns as a {@link Kernel}.
 *
 * Guarantees: a kernel gives what the function would, or declines the batch, which then goes through the function itself;
 * a function is recognised only when all that it names is known to be what it looks like.
 *
 * Words: *form*, how a row is made of columns; *to decline*, to leave a batch to the function.
 */
export { ColumnBatch, pairColumns } from './column-batch.ts'
export type { BytesColumn, Column, Form, NumberColumn, TextColumn } from './column-batch.ts'
export { linesOf } from './column-lines.ts'
export { ColumnCombiner } from './combiner.ts'
export { ValueCounter } from './count-values.ts'
export { JoinProbe } from './join-probe.ts'
export type { JoinType } from './join-probe.ts'
export { JoinTableBuilder } from './join-table.ts'
export type { JoinTable } from './join-table.ts'
export { RowEncoder } from './encode-rows.ts'
export { Encoders } from './encoders.ts'
export type { Encoder, RowOf, Schema } from './encoders.ts'
export { decodeColumns, encodeColumns } from './frame.ts'
export type { Zero } from './folding.ts'
export { partOfPairs, rowsAsKeysKernel } from './kernels.ts'
export type { Kernel } from './kernels.ts'
export { giveMemory, takeMemory } from './kept-memory.ts'
export { KEYS_ONLY, plainMerging } from './merge.ts'
export type { Merging } from './merge.ts'
export { hashPartitioned } from './partition.ts'
export { Scratch } from './scratch.ts'
export { recognise, recogniseCombining, recogniseReduction } from './recognition.ts'
export { reduceBatch } from './reduce.ts'
export { RECOGNITION_KEY } from './recognition.ts'
export type { OperatorKind } from './recognition.ts'
