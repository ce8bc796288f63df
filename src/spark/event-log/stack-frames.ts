import type { Json } from './json.ts'

const FRAME = /^\s*at (?:async )?(?:(.*?) \()?(.*?):(\d+):\d+\)?$/

/** The frames of a stack as V8 writes it, as Spark writes those of the JVM. What is no frame is left out. */
export function stackFrames(stack: string): Json[] {
  return stack.split('\n').flatMap((line) => {
    const match = FRAME.exec(line)
    if (match === null) return []
    const [, called = '<anonymous>', file = '', at] = match
    const dot = called.lastIndexOf('.')
    return [
      {
        'Declaring Class': dot > 0 ? called.slice(0, dot) : '',
        'Method Name': called.slice(dot + 1),
        'File Name': file,
        'Line Number': Number(at),
      },
    ]
  })
}
