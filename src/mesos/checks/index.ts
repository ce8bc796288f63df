/**
 * Checks of tasks: whether a command, a request by HTTP or a connection by TCP still does what it should.
 *
 * {@link taskChecks} is an actor, child of the agent, with a child for each check that a task asks for. It probes again and again, and
 * tells the task's executor what has changed: of a _health check_ that the task is healthy or not, and when it is to be killed; of a
 * _check_ what was found, for the framework to judge. Decisions are in `results.ts`, and pure. It ends with being stopped.
 *
 * Guarantees: one probe at a time; the next one begins an interval after the last one's end; a probe that takes longer than its
 * timeout has failed.
 *
 * @see checks/checker_process.cpp, checks/health_checker.cpp of Apache Mesos
 */
export { taskChecks } from './task-checks.ts'
