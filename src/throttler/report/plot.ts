/** One line of a plot; values without a place are gaps. */
export interface PlotLine {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
}

const WIDTH = 860
const HEIGHT = 260
const LEFT = 64
const BOTTOM = 34
const TOP = 12
const COLORS = ['#2563eb', '#059669', '#d97706', '#dc2626', '#7c3aed', '#0891b2', '#be185d']

/** Lines over numbers from 0 on, as SVG with its axes and a legend. */
export function plot(
  lines: readonly PlotLine[],
  {
    x,
    y,
    xLabels,
  }: { readonly x: string; readonly y: string; readonly xLabels?: (value: number) => string },
): string {
  const points = lines.flatMap((line) => line.points)
  const maxX = Math.max(1e-9, ...points.map(([at]) => at))
  const top = niceStep(Math.max(1e-9, ...points.map(([, value]) => value)) / 4)
  const maxY = top * Math.max(1, Math.ceil(Math.max(0, ...points.map(([, value]) => value)) / top))
  const placeX = (value: number): string => (LEFT + (value / maxX) * (WIDTH - LEFT - 16)).toFixed(1)
  const placeY = (value: number): string =>
    (HEIGHT - BOTTOM - (value / maxY) * (HEIGHT - BOTTOM - TOP)).toFixed(1)
  const marksY = Array.from({ length: Math.round(maxY / top) + 1 }, (_, at) => at * top)
  const step = xLabels === undefined ? niceStep(maxX / 8) : 1
  const marksX = Array.from({ length: Math.floor(maxX / step + 1e-9) + 1 }, (_, at) => at * step)
  const parts = [
    ...marksY.map(
      (value) =>
        `<line x1="${LEFT}" x2="${WIDTH - 16}" y1="${placeY(value)}" y2="${placeY(value)}" class="grid"/><text x="${LEFT - 8}" y="${placeY(value)}" dy="4" text-anchor="end">${short(value)}</text>`,
    ),
    ...marksX.map(
      (value) =>
        `<text x="${placeX(value)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${xLabels?.(value) ?? short(value)}</text>`,
    ),
    `<text x="${WIDTH - 16}" y="${HEIGHT - 4}" text-anchor="end" class="unit">${x}</text>`,
    `<text x="4" y="${TOP}" class="unit">${y}</text>`,
    ...lines.map(({ points: own }, at) => {
      const color = COLORS[at % COLORS.length] ?? ''
      const path = own.map(([px, py]) => `${placeX(px)},${placeY(py)}`).join(' ')
      return own.length === 1
        ? `<circle cx="${path.split(',')[0]}" cy="${path.split(',')[1]}" r="3" fill="${color}"/>`
        : `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="1.8" stroke-linejoin="round"/>`
    }),
  ]
  const legend = lines
    .map(
      ({ name }, at) =>
        `<span><i style="background:${COLORS[at % COLORS.length] ?? ''}"></i>${escaped(name)}</span>`,
    )
    .join('')
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">${parts.join('')}</svg><p class="legend">${legend}</p>`
}

/** 1, 2 or 5 times a power of ten, not below `least`. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  return ([1, 2, 5].find((digit) => digit * power >= least) ?? 10) * power
}

function short(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toFixed(1))}M`
  return value >= 10_000
    ? `${Number((value / 1000).toFixed(1))}k`
    : String(Number(value.toPrecision(3)))
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
