import type { Environment } from '../../../../src/platform/index.ts'

const PERIOD_MS = 10

/** A program for tests, `pulse <host> <port>`: connects, and writes a byte every 10 ms for as long as it runs. */
export async function runPulse(
  { clock, network, processes }: Environment,
  [host = '', port = '']: readonly string[],
): Promise<void> {
  const connection = await network.connect({ host, port: Number(port) })
  connection.handle({
    data: () => undefined,
    closed: () => {
      processes.exit(0)
    },
  })
  const beat = (): void => {
    connection.write(new Uint8Array(1))
    clock.setTimer(PERIOD_MS, beat)
  }
  beat()
}
