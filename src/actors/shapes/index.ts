/**
 * Shapes: whether a value that came from elsewhere is what it should be.
 *
 * Types end where a link begins: whoever shook hands can send anything. A {@link Shape} is a predicate, put together from
 * others; {@link accepting} stands one before an actor, so that messages from links which are not of its protocol never
 * reach its behavior: they become dead letters with the reason `malformed`. Messages of the same system are not looked at.
 *
 *     accepting(protocol<Request>({ 'get-state': { replyTo: aRef }, shutdown: {} }), behavior)
 *
 * Guarantees: a shape never throws, whatever it looks at, and takes time linear in the value. Fields that it does not
 * name may be there and are not looked at, so that a later version may add some.
 *
 * Words: {@link protocol} is a union by `type`; {@link record} an object with fields; {@link maybe} something that may be missing.
 */
export { accepting } from './accepting.ts'
export {
  aCount,
  aFlag,
  aNumber,
  aRef,
  aText,
  anything,
  bytes,
  eitherOf,
  listOf,
  maybe,
  oneOf,
  protocol,
  record,
} from './shapes.ts'
export type { Fields, MessagesOf, Shape } from './shapes.ts'
