/**
 * The platform: ports to everything outside the program, and their adapters.
 *
 * An {@link Environment} is the one value through which a program reaches time, chance, turns of the
 * event loop, sockets, files, processes, threads, module loading and the log. `nodeEnvironment()` is the real
 * one. `memoryEnvironment()` keeps all of it in this thread: a virtual clock, connections and files in
 * memory, seeded chance.
 *
 * Guarantees: ports report failure as a {@link TroupeError} with a code of `docs/errors.md`; every
 * callback they take is called at most as often as its contract says; nothing here knows actors.
 */
export { nearest } from './nearest.ts'
export { printable } from './printable.ts'
export { TroupeError, isTroupeError } from './troupe-error.ts'
export { onFreePort } from './free-port.ts'
export type { ErrorData, TroupeErrorOptions } from './troupe-error.ts'
export {
  connectFailed,
  connectionLost,
  fileUnreadable,
  fileUnwritable,
  PlatformError,
} from './errors.ts'
export type { PlatformErrorCode } from './errors.ts'
export { nodeEnvironment } from './node/index.ts'
export type { NodeEnvironmentOptions } from './node/index.ts'
export { memoryEnvironment } from './memory/index.ts'
export type {
  Delay,
  DiskFate,
  MemoryEnvironmentOptions,
  MemoryLogEntry,
  MemoryNetwork,
  MemoryNodeInfo,
  MemoryNodeStart,
  MemoryNodeUse,
  MemoryFilter,
  MemoryProgram,
  MemoryThreadEntry,
  MemoryWorld,
  ProcessSignal,
  Segments,
  VirtualClock,
} from './memory/index.ts'
export { nodeProgress } from './node/progress.ts'
export type { Progress, ProgressBar } from './progress.ts'
export { nodeStatusLine } from './node/status-line.ts'
export type { StatusLine } from './status-line.ts'
export type { Environment } from './environment.ts'
export type { Clock, Timer, TurnScheduler } from './clock.ts'
export type { Crypto } from './crypto.ts'
export { makeProcessDirectory } from './process-directory.ts'
export { DiskInterposer } from './disk-interposer.ts'
export type { DiskAccess, DiskJudge, DiskVerdict } from './disk-interposer.ts'
export type {
  AppendFile,
  ByteSource,
  Disk,
  DiskSpace,
  FileDetails,
  FileInfo,
  ReadFile,
} from './disk.ts'
export type {
  EventBatch,
  EventLog,
  EventLogs,
  EventLogSettings,
  EventPosition,
  EventRange,
  EventReader,
  LoggedEvent,
  NewEvent,
  PartitionBounds,
  TopicOptions,
} from './event-log.ts'
export type { HeapStatistics } from './heap.ts'
export { NO_COLLECTIONS } from './usage.ts'
export type { Collections, ThreadUsage } from './usage.ts'
export type { CollectionWatch, Reachability } from './reachability.ts'
export { bodyOf } from './http.ts'
export type {
  Http,
  HttpBodyHandlers,
  HttpExchange,
  HttpHeaders,
  HttpListener,
  HttpReply,
  HttpRequest,
  HttpRequestOptions,
  HttpResponse,
  HttpServerOptions,
  HttpStream,
  HttpTls,
} from './http.ts'
export type { Log, LogLevel } from './log.ts'
export type { ModuleLoader } from './modules.ts'
export type {
  Address,
  Connection,
  ConnectionHandlers,
  Listener,
  Network,
  TlsOptions,
} from './network.ts'
export { exitOfShell, readExit, readStarted, shellStatusOf } from './exit-file.ts'
export type {
  ChildProcess,
  ProcessCommand,
  ProcessExit,
  Processes,
  ProcessMemory,
  ProcessUsage,
  TextSink,
} from './process.ts'
export type {
  ObjectInfo,
  ObjectListing,
  ObjectPage,
  ObjectStore,
  ObjectStoreCredentials,
  ObjectStores,
  ObjectStoreSettings,
} from './object-store.ts'
export type { Random } from './random.ts'
export type {
  Thread,
  ThreadControl,
  ThreadExit,
  ThreadOptions,
  ThreadPort,
  ThreadStack,
  Threads,
} from './thread.ts'
export type {
  BoundParts,
  CallerPosition,
  CodeLocation,
  FunctionInspector,
  InspectedFunction,
  InspectedScope,
  InspectorSession,
  ScriptText,
} from './inspector.ts'
export type { Intrinsics } from './intrinsics.ts'
export type { ModuleResolver } from './module-resolver.ts'
export type { Simulation, WorldSimulation } from './simulation.ts'
export { onUnhandledRejection, seededRandom } from './memory/index.ts'
export type { Store, StoreChange, Stores } from './store.ts'
export { CONSISTENCY_LEVELS } from './table-store.ts'
export type {
  ColumnType,
  ColumnTypeOf,
  ColumnValue,
  Consistency,
  Scan,
  Table,
  TableSchema,
  TableStore,
  TableStores,
  TableStoreSettings,
} from './table-store.ts'
export type { ScriptCompiler, ScriptOrigin } from './script-compiler.ts'
export type { ValueKind, ValueKinds } from './value-kinds.ts'
export { nodeFunctionInspector } from './node/inspector.ts'
export { nodeIntrinsics } from './node/intrinsics.ts'
export { nodeModuleResolver } from './node/module-resolver.ts'
export { gunzipped, gunzippedWhole, gzipMember, inflatedRaw } from './node/gzip.ts'
export { compressionCodecs, pieceCompression } from './node/page-compression.ts'
export type { CompressionCodec } from './node/page-compression.ts'
export { zstdStream } from './node/zstd.ts'
export { cqlDecimal, cqlDuration, cqlTuple, CqlTyped, cqlVector, UNSET } from './cql.ts'
export type {
  Cassandra,
  CqlBatchOptions,
  CqlColumnInfo,
  CqlConsistency,
  CqlNode,
  CqlOptions,
  CqlQuery,
  CqlResult,
  CqlRing,
  CqlRow,
  CqlSerialConsistency,
  CqlSession,
  CqlSettings,
  CqlTokenRange,
  CqlValue,
} from './cql.ts'
export { cqlKeyspaces, cqlTable, cqlTables, cqlUserTypes } from './cql-schema.ts'
export type { CqlColumn, CqlTable, CqlUserType } from './cql-schema.ts'
export { createKeyspace as createKeyspaceCql, quoted as quotedCql } from './cassandra/cql.ts'
export type { CqlAnswer, CqlAnswers } from './memory/index.ts'
export { nodeReadable } from './node/readable.ts'
export type { Readable } from './node/readable.ts'
export { nodeScriptCompiler } from './node/script-compiler.ts'
export { nodeTypeScriptCompiler } from './node/typescript/compiler.ts'
export { typeScriptLoaderUrl } from './node/typescript/loader.ts'
export type { CompiledSource, RefusedSource, TypeScriptCompiler } from './typescript.ts'
export { showAs, showError, showValue } from './node/show-value.ts'
export { nodeStrayErrors } from './node/stray-errors.ts'
export { nodeLineReader } from './node/line-reader.ts'
export type { LineReader, LineReaderOptions } from './line-reader.ts'
export { nodeValueKinds } from './node/value-kinds.ts'
export type { AsyncLocal } from './async-local.ts'
export { nodeAsyncLocal } from './node/async-local.ts'
