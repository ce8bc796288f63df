import { redacted } from '../../event-log/index.ts'
import type { StatusStore } from '../../status/index.ts'
import type { JsonFields, JsonValue } from '../pretty-json.ts'

/** What an application runs with, without what is secret. */
export function environmentJson({ environment, profiles }: StatusStore): JsonFields {
  const part = (name: string): JsonValue =>
    Object.entries(redacted(environment[name] ?? [])).sort(([a], [b]) => (a < b ? -1 : 1))
  const runtime = new Map(environment['JVM Information'])
  return {
    runtime: {
      javaVersion: runtime.get('Java Version'),
      javaHome: runtime.get('Java Home'),
      scalaVersion: runtime.get('Scala Version'),
    },
    sparkProperties: part('Spark Properties'),
    hadoopProperties: part('Hadoop Properties'),
    systemProperties: part('System Properties'),
    metricsProperties: part('Metrics Properties'),
    classpathEntries: part('Classpath Entries'),
    resourceProfiles: profiles.map(profileJson),
  }
}

function profileJson(profile: StatusStore['profiles'][number]): JsonFields {
  const executorResources = profile.executorResources.map(([resourceName, amount]) => {
    const resource = { resourceName, amount, discoveryScript: '', vendor: '' }
    return [resourceName, resource] as const
  })
  const taskResources = profile.taskResources.map(
    ([resourceName, amount]) => [resourceName, { resourceName, amount }] as const,
  )
  return {
    id: profile.id,
    executorResources: Object.fromEntries(executorResources),
    taskResources: Object.fromEntries(taskResources),
  }
}
