import test from 'ava'

import { dataFile, limitMs, linesOf, rowsOf, sum } from './run-example.ts'

/** The ranks after so many rounds, over an ordinary map of links. */
async function expected(rounds: number): Promise<Map<string, number>> {
  const links = new Map<string, Set<string>>()
  for (const [from = '', to = ''] of await rowsOf('links.txt', ' ')) {
    links.set(from, (links.get(from) ?? new Set()).add(to))
  }
  let ranks = new Map([...links.keys()].map((page) => [page, 1]))
  for (let round = 0; round < rounds; round += 1) {
    const given = [...ranks].flatMap(([page, rank]) => {
      const targets = [...(links.get(page) ?? [])]
      return targets.map((to) => [to, rank / targets.length] as const)
    })
    const pages = [...new Set(given.map(([to]) => to))]
    ranks = new Map(
      pages.map((page) => [
        page,
        0.15 + 0.85 * sum(given.filter(([to]) => to === page).map(([, part]) => part)),
      ]),
    )
  }
  return ranks
}

for (const rounds of [1, 10]) {
  test(`ranks of pages after ${rounds} rounds are those of an ordinary loop`, async (t) => {
    t.timeout(limitMs)
    const lines = await linesOf('page-rank', dataFile('links.txt'), String(rounds))
    const ranks = lines.map((line) => line.split(' '))
    const wanted = await expected(rounds)
    t.deepEqual(ranks.map(([page]) => page).toSorted(), [...wanted.keys()].toSorted())
    for (const [page = '', rank] of ranks) t.is(rank, wanted.get(page)?.toFixed(4), page)
    const values = ranks.map(([, rank]) => Number(rank))
    t.deepEqual(
      values,
      values.toSorted((a, b) => b - a),
    )
  })
}
