/** A scalar's value; a double with three decimals that count. */
export interface ScalarValue {
  readonly value: number
}

/** One inclusive range. */
export interface Range {
  readonly begin: number
  readonly end: number
}

/** STATIC is made by the agent's flags, DYNAMIC by RESERVE. */
export type ReservationType = 'STATIC' | 'DYNAMIC'

/** One level of a stack of reservations; the last one is the most refined. */
export interface ReservationInfo {
  readonly type: ReservationType
  readonly role: string
  readonly principal?: string
  readonly labels?: Labels
}

export interface Label {
  readonly key: string
  readonly value?: string
}

export interface Labels {
  readonly labels: readonly Label[]
}

/** Where a disk comes from, and whether something lives on it. */
export interface DiskInfo {
  readonly persistence?: { readonly id: string; readonly principal?: string }
  readonly volume?: {
    readonly mode: 'RW' | 'RO'
    readonly container_path: string
    readonly host_path?: string
  }
  readonly source?: {
    readonly type: 'PATH' | 'MOUNT' | 'BLOCK' | 'RAW'
    readonly path?: { readonly root?: string }
    readonly mount?: { readonly root?: string }
  }
}

/** What resources of every type carry besides their amount. */
interface ResourceBase {
  readonly name: string
  /** The old form of one reservation; `'*'` is unreserved. With several `reservations` it must be absent. */
  readonly role?: string
  /** The old form: present if that one reservation is dynamic. */
  readonly reservation?: { readonly principal?: string; readonly labels?: Labels }
  /** The refined form; empty or absent is unreserved, or said in the old form. */
  readonly reservations?: readonly ReservationInfo[]
  /** Present once the allocator has given the resource to a role. */
  readonly allocation_info?: { readonly role: string }
  readonly disk?: DiskInfo
  readonly revocable?: Readonly<Record<string, never>>
  readonly shared?: Readonly<Record<string, never>>
}

/** A resource in its v1 form. Arithmetic is done on `Resources` (see `resources/`). */
export type Resource =
  | (ResourceBase & { readonly type: 'SCALAR'; readonly scalar: ScalarValue })
  | (ResourceBase & {
      readonly type: 'RANGES'
      readonly ranges: { readonly range: readonly Range[] }
    })
  | (ResourceBase & { readonly type: 'SET'; readonly set: { readonly item: readonly string[] } })

/** A fact about an agent that frameworks can choose by. */
export type Attribute =
  | { readonly name: string; readonly type: 'SCALAR'; readonly scalar: ScalarValue }
  | {
      readonly name: string
      readonly type: 'RANGES'
      readonly ranges: { readonly range: readonly Range[] }
    }
  | { readonly name: string; readonly type: 'TEXT'; readonly text: { readonly value: string } }
