import test from 'ava'
import { runDemo } from './demo.ts'

const articleAgent = 'cpus:6;mem:6762;disk:13483;ports:[31000-32000]'

test('the example of the paper: 9 cpus and 18 GB give two thirds to both', (t) => {
  const result = runDemo(
    ['cpus:9;mem:18'],
    [
      { name: 'A', task: { cpus: 3, mem: 1 } },
      { name: 'B', task: { cpus: 1, mem: 4 } },
    ],
  )
  t.deepEqual(result.tasks, { A: 2, B: 3 })
  t.deepEqual(result.shares, { A: '66.667', B: '66.667' })
})

test('three equal frameworks get a third each', (t) => {
  const task = { cpus: 0.5, mem: 512 }
  const result = runDemo(
    [articleAgent],
    ['A', 'B', 'C'].map((name) => ({ name, task })),
  )
  t.deepEqual(result.tasks, { A: 4, B: 4, C: 4 })
  t.deepEqual(result.shares, { A: '33.333', B: '33.333', C: '33.333' })
})

test('cpu-heavy and memory-heavy frameworks get the shares of the article', (t) => {
  const result = runDemo(
    [articleAgent],
    [
      { name: 'A', task: { cpus: 2, mem: 1000 } },
      { name: 'B', task: { cpus: 1, mem: 2000 } },
    ],
  )
  t.deepEqual(result.tasks, { A: 2, B: 2 })
  t.deepEqual(result.shares, { A: '66.667', B: '59.154' })
})

test('with tasks of 2500 MB the first one there decides: A before B', (t) => {
  const result = runDemo(
    [articleAgent],
    [
      { name: 'A', task: { cpus: 2, mem: 1000 } },
      { name: 'B', task: { cpus: 1, mem: 2500 } },
    ],
  )
  t.deepEqual(result.tasks, { A: 2, B: 1 })
  t.deepEqual(result.shares, { A: '66.667', B: '36.971' })
})

test('with tasks of 2500 MB the first one there decides: B before A', (t) => {
  const result = runDemo(
    [articleAgent],
    [
      { name: 'B', role: '1-B', task: { cpus: 1, mem: 2500 } },
      { name: 'A', role: '2-A', task: { cpus: 2, mem: 1000 } },
    ],
  )
  t.deepEqual(result.tasks, { A: 1, B: 2 })
  t.deepEqual(result.shares, { A: '33.333', B: '73.943' })
})

test('in one role frameworks share as roles do', (t) => {
  const task = { cpus: 0.5, mem: 512 }
  const result = runDemo(
    [articleAgent],
    ['A', 'B', 'C'].map((name) => ({ name, role: '*', task })),
  )
  t.deepEqual(result.tasks, { A: 4, B: 4, C: 4 })
})

test('weights 1 : 2 : 3 give 4, 8 and 12 tasks to frameworks that refuse nothing', (t) => {
  const task = { cpus: 1, mem: 1 }
  const result = runDemo(
    ['cpus:24;mem:24'],
    ['A', 'B', 'C'].map((name) => ({ name, task, refuseMs: 0 })),
    { A: 1, B: 2, C: 3 },
  )
  t.deepEqual(result.tasks, { A: 4, B: 8, C: 12 })
})

test('two frameworks of weight 1 : 2 on one agent alternate while refusals last', (t) => {
  const frameworks = ['A', 'B'].map((name) => ({ name, task: { cpus: 1, mem: 1 } }))
  const result = runDemo(['cpus:12;mem:12'], frameworks, { A: 1, B: 2 })
  t.deepEqual(result.tasks, { A: 6, B: 6 })
})

test('two frameworks of weight 1 : 2 that refuse nothing get 4 and 8 tasks', (t) => {
  const frameworks = ['A', 'B'].map((name) => ({ name, task: { cpus: 1, mem: 1 }, refuseMs: 0 }))
  const result = runDemo(['cpus:12;mem:12'], frameworks, { A: 1, B: 2 })
  t.deepEqual(result.tasks, { A: 4, B: 8 })
})
