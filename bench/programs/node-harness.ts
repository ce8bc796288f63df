import { flag } from './harness.ts'

export { input, output, timed } from './told.ts'

/** By hand: ordinary JavaScript, or on bytes and typed arrays. */
export const form: string = flag('form') ?? 'ordinary'
export const isBytes: boolean = form === 'bytes'
