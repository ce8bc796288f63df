/** How a task or an executor is isolated, and from which image it runs. */
export interface ContainerInfo {
  readonly type: 'MESOS' | 'DOCKER'
  readonly volumes?: readonly Volume[]
  readonly hostname?: string
  /** Only of type DOCKER. */
  readonly docker?: DockerInfo
  /** Only of type MESOS. */
  readonly mesos?: { readonly image?: Image }
  readonly network_infos?: readonly NetworkInfo[]
  /** With the isolator `posix/rlimits`. */
  readonly rlimit_info?: { readonly rlimits?: readonly RLimit[] }
  readonly linux_info?: {
    /** Whether a task of a group is bounded by what its executor has (the default), or by its own resources. */
    readonly share_cgroups?: boolean
  }
}

/** What a process and those it starts may use, as setrlimit(2) knows it. Both bounds or none: then there is no bound. */
export interface RLimit {
  /** `RLMT_NOFILE` and its like. */
  readonly type: string
  readonly hard?: number
  readonly soft?: number
}

/** Something of the host, or of the sandbox, that is seen at a path in the container. */
export interface Volume {
  readonly mode: 'RW' | 'RO'
  /** Absolute, or relative to the sandbox. */
  readonly container_path: string
  /** Absolute, or relative to the sandbox, where it is made. */
  readonly host_path?: string
  readonly source?: {
    readonly type?: string
    readonly host_path?: { readonly path: string }
    readonly sandbox_path?: { readonly type?: string; readonly path: string }
  }
}

/** A container of a Docker engine. */
export interface DockerInfo {
  readonly image: string
  /** HOST by default. */
  readonly network?: 'HOST' | 'BRIDGE' | 'NONE' | 'USER'
  readonly port_mappings?: readonly {
    readonly host_port: number
    readonly container_port: number
    readonly protocol?: string
  }[]
  readonly privileged?: boolean
  /** Options of `docker run`, without their dashes. */
  readonly parameters?: readonly { readonly key: string; readonly value: string }[]
  readonly force_pull_image?: boolean
  readonly volume_driver?: string
}

/** What the Mesos containerizer takes a root file system from. */
export interface Image {
  readonly type: 'APPC' | 'DOCKER'
  readonly docker?: { readonly name: string }
  readonly cached?: boolean
}

export interface NetworkInfo {
  /** Of the network to join. */
  readonly name?: string
}

/** What a container has used, at `timestamp` (Unix time in seconds), and what it may. */
export interface ResourceStatistics {
  readonly timestamp: number
  readonly processes?: number
  readonly threads?: number
  readonly cpus_user_time_secs?: number
  readonly cpus_system_time_secs?: number
  readonly cpus_limit?: number
  readonly cpus_soft_limit?: number
  readonly cpus_nr_periods?: number
  readonly cpus_nr_throttled?: number
  readonly cpus_throttled_time_secs?: number
  readonly mem_total_bytes?: number
  readonly mem_rss_bytes?: number
  readonly mem_cache_bytes?: number
  readonly mem_limit_bytes?: number
  readonly mem_soft_limit_bytes?: number
  readonly disk_used_bytes?: number
  readonly disk_limit_bytes?: number
}
