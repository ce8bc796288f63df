import test from 'ava'
import { frameworkSubject, agentSubject } from '../../../src/mesos/decision-points.ts'
import { accountOf } from '../../../src/mesos/allocator/explain-now.ts'
import { noteOfRun } from '../../../src/mesos/allocator/explain-run.ts'
import { Rig } from './rig.ts'

const agent = 'cpus:4;mem:1024'

/** What one more run says of itself. */
function noted(rig: Rig) {
  const before = rig.state
  const event = { type: 'allocate', nowMs: rig.nowMs + 1000, seed: 1 } as const
  rig.run()
  if (rig.decision === undefined) throw new RangeError('no decision')
  return noteOfRun(before, event, rig.decision)
}

test('a run says what it kept free for guarantees, and from whom', (t) => {
  const rig = new Rig().framework('F1', ['other']).agent('S1', agent).agent('S2', agent)
  rig.quota('absent', 'cpus:6;mem:1024', '-')
  const note = noted(rig)
  t.regex(note.because ?? '', /guarantees lacked cpus:6;mem:1024 of the cpus:8;mem:2048 free/)
  t.deepEqual(note.rejected, { 'looking at what is kept for quota guarantees': 1 })
})

test('a run says who is at the limit of a quota', (t) => {
  const rig = new Rig().framework('F1', ['a']).agent('S1', agent).quota('a', '-', 'cpus:0;mem:0')
  const note = noted(rig)
  t.is(note.chosen, 'nobody')
  t.deepEqual(note.samples, [
    {
      candidate: 'framework F1 in role a on agent S1',
      reason: 'in a role that has what its quota allows',
    },
  ])
})

test('the whole account of a run names every candidate', (t) => {
  const rig = new Rig().agent('S1', agent)
  for (let i = 0; i < 20; i++) rig.framework(`F${i}`, [`role/${i}`])
  const note = noted(rig)
  t.is(note.samples?.length, 8)
  const lines = note.recompute?.() ?? []
  t.is(lines.filter((line) => line.startsWith('rejected:')).length, 19)
  t.is(lines.filter((line) => line.startsWith('offered:')).length, 1)
})

test('a run in random order does not speak of shares', (t) => {
  const rig = new Rig({ roleSorter: 'random' }).framework('F1').agent('S1', agent)
  t.is(noted(rig).because, 'the order of roles was drawn by their weights')
})

test('a framework is told its quota, its filters and what a run would give it', (t) => {
  const rig = new Rig().framework('F1', ['a']).agent('S1', agent).quota('a', 'cpus:1', 'cpus:2')
  rig.run()
  rig.giveBack('F1', 'S1', 'cpus:1;mem:24', 5000, 'a')
  const lines = accountOf(rig.state, frameworkSubject('F1'), rig.nowMs).join('\n')
  t.regex(
    lines,
    /The quota of role a guarantees cpus:1 and limits it to cpus:2; it counts cpus:1;mem:1000/,
  )
  t.regex(
    lines,
    /A filter keeps up to cpus:1;mem:24 of agent S1 from framework F1 in role a for 5000 ms/,
  )
  t.regex(
    lines,
    /An allocation at this moment would say: rejected: framework F1 in role a on agent S1/,
  )
  const of = accountOf(rig.state, agentSubject('S1'), rig.nowMs).join('\n')
  t.regex(of, /agent S1 has cpus:4;mem:1024: cpus:3;mem:24 free, cpus:1;mem:1000 with framework F1/)
})

test('a framework is told what is free and reserved for others', (t) => {
  const rig = new Rig().framework('F1', ['a/b']).agent('S1', 'cpus(a):1;cpus(c):2')
  const lines = accountOf(rig.state, frameworkSubject('F1'), rig.nowMs).join('\n')
  t.regex(
    lines,
    /Of what is free on agent S1, cpus\(c\):2 is reserved for roles that framework F1 is not in/,
  )
})
