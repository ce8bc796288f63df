import type { Kafka } from 'kafkajs'

export type { Admin, Consumer, EachBatchPayload, Kafka, KafkaMessage, Producer } from 'kafkajs'

const CONNECT_MS = 3000

/** A client of a Kafka cluster, which has asked nothing yet. kafkajs is loaded with the first of them. */
export async function clientOf(
  brokers: readonly string[],
  clientId: string,
  timeoutMs: number,
): Promise<Kafka> {
  const { Kafka: Client, logLevel } = await import('kafkajs')
  return new Client({
    brokers: [...brokers],
    clientId,
    connectionTimeout: Math.min(CONNECT_MS, timeoutMs),
    requestTimeout: timeoutMs,
    retry: { retries: 4, initialRetryTime: 100, maxRetryTime: 1000 },
    // What fails is thrown; who logs it is not the client's to say.
    logLevel: logLevel.NOTHING,
  })
}
