import test from 'ava'
import { parseAcls } from '../../../src/mesos/index.ts'
import { runProblem } from '../../../src/mesos/master/authorization.ts'
import { task } from './rig.ts'

const acls = parseAcls(
  JSON.stringify({
    run_tasks: [{ principals: { type: 'NONE' }, users: { values: ['root'] } }],
  }),
)

test('who may not run tasks as root may not leave the user empty either', (t) => {
  const mayRun = (ofFramework: string, own?: string): boolean => {
    const info = { user: ofFramework, name: 'f', principal: 'fw' }
    const command = { value: 'true', ...(own !== undefined && { user: own }) }
    return runProblem(acls, info, 'F', task('one', 'cpus:1', { command })) === undefined
  }
  t.true(mayRun('nobody'))
  t.true(mayRun('', 'nobody'))
  t.false(mayRun('root'))
  t.false(mayRun(''))
  t.false(mayRun('nobody', 'root'))
  t.false(mayRun('nobody', ''))
})
