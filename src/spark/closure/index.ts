/**
 * Functions that travel: a user's function is found with all that it reaches, becomes plain data, and is made
 * again in another thread or process.
 *
 * V8's inspector gives a function's scopes, a parser the names it takes from them. Constants, objects, functions
 * and local classes go along by value and source, in one pass, so that shared values stay shared and cycles
 * stay cycles. Imports go as {URL, export} and are loaded on the other side; built-ins are named. Host objects
 * (broadcasts, accumulators) go through a replacer and a reviver; instances of classes through a codec.
 *
 * Guarantees: capture is synchronous and takes the values of that moment. What can't travel, or would go
 * wrong in silence, is a {@link ClosureError} before anything is sent, which names the culprit, the way to it and
 * the way out. The result is plain data (arrays, objects, numbers, strings, `Uint8Array`); the same closure gives the
 * same id in every process. A rebuilt function is as strict as its source was, runs at its speed, and its stack
 * traces name the original file and line.
 *
 * Words: *graph*, the plain data; *row*, a node of it with identity; *slot*, a value in place; *code unit*, the
 * source of one function; *stand-in*, what travels for a host object.
 */
export { captureAll, captureFunction } from './capture.ts'
export type { CaptureOptions, CaptureTools, InstanceRefusal, StandIn } from './capture.ts'
export { capturedNames } from './captured-names.ts'
export { CodecRegistry, registerCodec } from './codecs.ts'
export type { ClassOf, ClosureCodec } from './codecs.ts'
export { ClosureError } from './errors.ts'
export type { ClosureErrorCode, CulpritData } from './errors.ts'
export type { ClosureGraph } from './graph.ts'
export { sumsOf, withNumberArrays } from './number-arrays.ts'
export { encodeGraph, packClosure, packGraph, unpackGraph } from './pack.ts'
export type { PackedClosure, PackTools, PlainCodec } from './pack.ts'
export { rebuildAll, rebuildFunction } from './rebuild.ts'
export type { RebuildOptions, RebuildTools } from './rebuild.ts'
export { heaviestPath } from './heaviest-path.ts'
export type { HeaviestPath } from './heaviest-path.ts'
export { registerSession } from './session-scope.ts'
export type { SessionScope } from './session-scope.ts'
export { importsOf } from './imports.ts'
export { Script } from './script.ts'
export type { ImportRequest } from './imports.ts'
export { eachName } from './bindings.ts'
export { eachChild, functionSyntax, isFunction } from './syntax.ts'
export type { AnyNode, FunctionSyntax } from './syntax.ts'
