/** `20261123093340`, in UTC. */
export function stamp(unixMs: number): string {
  return new Date(unixMs).toISOString().replaceAll(/\D/g, '').slice(0, 14)
}
