import type { HttpHeaders } from '../../platform/index.ts'
import { jsonCodec, protobufCodec, type Codec } from './wire/index.ts'

/** The reason of a 406. */
export const NOT_ACCEPTABLE: string = `Expecting 'Accept' to allow '${protobufCodec.mediaType}' or '${jsonCodec.mediaType}'`

/** In the order in which they are preferred, when a client takes both. */
const CODECS: readonly Codec[] = [jsonCodec, protobufCodec]

/** The codec of a request's body; of a content type that is none, undefined. */
export function codecOf(contentType: string): Codec | undefined {
  return CODECS.find(({ mediaType }) => mediaType === contentType)
}

/** The codec that the client wants its answer in: JSON if it takes both, or does not say; undefined if it takes none. */
export function acceptedCodec(headers: HttpHeaders): Codec | undefined {
  const accept = headers['accept']
  if (accept === undefined) return jsonCodec
  return CODECS.find(({ mediaType }) => accepts(accept, mediaType))
}

/** Whether the most exact range of `accept` that fits the type has no quality of 0. */
function accepts(accept: string, mediaType: string): boolean {
  const ranges = accept
    .toLowerCase()
    .replace(/\s/g, '')
    .split(',')
    .map((range) => range.split(';'))
  const [type = ''] = mediaType.split('/')
  for (const candidate of [mediaType, `${type}/*`, '*/*']) {
    const range = ranges.find(([name]) => name === candidate)
    if (range !== undefined) return !range.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
  }
  return false
}
