/** The message of about 100 bytes that crosses every link. */
export interface Order {
  readonly type: 'order.update' | 'order.echo'
  readonly to: number
  readonly from: number
  readonly seq: number
  readonly body: {
    readonly id: number
    readonly price: number
    readonly qty: number
    readonly name: string
    readonly tags: readonly string[]
    readonly open: boolean
  }
}

export function order(seq: number, type: Order['type'] = 'order.update'): Order {
  return {
    type,
    to: 1042,
    from: 7,
    seq,
    body: {
      id: 90_000_000 + seq,
      price: 101.25,
      qty: 300,
      name: 'ACME Corp',
      tags: ['a', 'bb', 'ccc'],
      open: true,
    },
  }
}

/** Enough different messages, made before anything is measured. */
export const orders: readonly Order[] = Array.from({ length: 1024 }, (_, seq) => order(seq))
