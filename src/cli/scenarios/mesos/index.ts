/**
 * Scenarios of the cluster manager in bad luck, all in one house: a master with a registry, two agents, and frameworks whose
 * schedulers write down what they do, so that they may be killed at any moment. `partition`: agents out of reach and back;
 * `handover`: the master killed between ACCEPT and LAUNCH; `executors`: executors killed; `acknowledgement`: acknowledgements
 * lost; `failover`: schedulers killed while tasks finish; `rivals`: two schedulers with one id.
 *
 * Each holds if all errands get done, nothing is offered or used twice, no task ends twice, and at rest nothing is left:
 * no offer, resource, task or status that belongs to nobody, and master and allocator agree.
 */
export { acknowledgement, executors, failover, handover, partition, rivals } from './scenarios.ts'
