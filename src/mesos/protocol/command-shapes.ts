import {
  aCount,
  aFlag,
  aNumber,
  aText,
  listOf,
  maybe,
  oneOf,
  record,
  type Shape,
} from '../../actors/index.ts'

/** What commands, their containers and their checks look like. */
export const command: Shape = record({
  value: maybe(aText),
  shell: maybe(aFlag),
  arguments: maybe(listOf(aText)),
  environment: maybe(record({ variables: listOf(record({ name: aText, value: maybe(aText) })) })),
  user: maybe(aText),
  uris: maybe(listOf(record({ value: aText, output_file: maybe(aText) }))),
})
const parameters = listOf(record({ key: aText, value: aText }))
const volume = record({
  mode: oneOf(['RW', 'RO']),
  container_path: aText,
  host_path: maybe(aText),
  source: maybe(
    record({
      type: maybe(aText),
      host_path: maybe(record({ path: aText })),
      sandbox_path: maybe(record({ type: maybe(aText), path: aText })),
    }),
  ),
})
const portMapping = record({
  host_port: aCount,
  container_port: aCount,
  protocol: maybe(aText),
})
const dockerInfo = record({
  image: aText,
  network: maybe(oneOf(['HOST', 'BRIDGE', 'NONE', 'USER'])),
  port_mappings: maybe(listOf(portMapping)),
  privileged: maybe(aFlag),
  parameters: maybe(parameters),
  force_pull_image: maybe(aFlag),
  volume_driver: maybe(aText),
})
const image = record({ type: aText, docker: maybe(record({ name: aText })), cached: maybe(aFlag) })
export const containerInfo: Shape = record({
  type: oneOf(['MESOS', 'DOCKER']),
  volumes: maybe(listOf(volume)),
  hostname: maybe(aText),
  docker: maybe(dockerInfo),
  mesos: maybe(record({ image: maybe(image) })),
  network_infos: maybe(listOf(record({ name: maybe(aText) }))),
  rlimit_info: maybe(
    record({
      rlimits: maybe(listOf(record({ type: aText, hard: maybe(aNumber), soft: maybe(aNumber) }))),
    }),
  ),
  linux_info: maybe(record({ share_cgroups: maybe(aFlag) })),
})
const checkType = maybe(oneOf(['UNKNOWN', 'COMMAND', 'HTTP', 'TCP']))
const checkTimes = {
  delay_seconds: maybe(aNumber),
  interval_seconds: maybe(aNumber),
  timeout_seconds: maybe(aNumber),
}
export const healthCheck: Shape = record({
  ...checkTimes,
  type: checkType,
  command: maybe(command),
  http: maybe(
    record({
      scheme: maybe(aText),
      port: aCount,
      path: maybe(aText),
      statuses: maybe(listOf(aCount)),
    }),
  ),
  tcp: maybe(record({ port: aCount })),
  consecutive_failures: maybe(aCount),
  grace_period_seconds: maybe(aNumber),
})
export const checkStatus: Shape = record({
  type: checkType,
  command: maybe(record({ exit_code: maybe(aNumber) })),
  http: maybe(record({ status_code: maybe(aCount) })),
  tcp: maybe(record({ succeeded: maybe(aFlag) })),
})
export const check: Shape = record({
  ...checkTimes,
  type: checkType,
  command: maybe(record({ command })),
  http: maybe(record({ port: aCount, path: maybe(aText) })),
  tcp: maybe(record({ port: aCount })),
})
