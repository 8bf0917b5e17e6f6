/** The map as an SVG picture: places on the left, arrows with their blocks, and on the right who opens what. */
import type { Confinement } from '@studio-gate/policy'
import type { MapEntry, MapPlace } from './map.ts'

const row = 46
const left = { x: 20, width: 250 }
const right = { x: 620, width: 440 }
const colours = { confined: '#1a7f37', counterexample: '#cf222e', 'shut out': '#8250df', unknown: '#9a6700' } as const
const titles = {
  proved: 'Proved: Studio opens from nowhere else',
  counterexample: 'Not as declared: red arrows go beyond the declaration, violet ones are shut out against it',
  unknown: 'Unknown: yellow arrows could not be decided',
} as const

/** A whole SVG document. Texts of the template are escaped; nothing is loaded from elsewhere. */
export function drawMap(places: readonly MapPlace[], verdict: Confinement['verdict']): string {
  let y = 70
  const parts: string[] = []
  for (const { name, entries } of places) {
    const height = Math.max(1, entries.length) * row
    parts.push(box(left.x, y, left.width, height - 10, name, entries.length === 0 ? '#8c959f' : '#1f2328'))
    if (entries.length === 0) parts.push(wall(y + height / 2 - 5))
    for (const [at, entry] of entries.entries()) parts.push(arrow(entry, y + at * row))
    y += height
  }
  const width = right.x + right.width + 20
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y + 20}" font-family="system-ui, sans-serif" font-size="13" role="img" aria-label="${escaped(titles[verdict])}">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="20" y="36" font-size="18" font-weight="600" fill="${colours[verdict === 'proved' ? 'confined' : verdict]}">${escaped(titles[verdict])}</text>
${parts.join('\n')}
</svg>
`
}

function box(x: number, y: number, width: number, height: number, label: string, colour: string): string {
  const shown = label.length > width / 7 ? `${label.slice(0, Math.floor(width / 7) - 1)}…` : label
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" fill="#f6f8fa" stroke="${colour}"/><text x="${x + 10}" y="${y + height / 2 + 4}" fill="${colour}">${escaped(shown)}<title>${escaped(label)}</title></text>`
}

function wall(y: number): string {
  const x = left.x + left.width
  return `<path d="M${x} ${y}h40m0 -12v24" stroke="#8c959f" stroke-width="2" fill="none"/><text x="${x + 52}" y="${y + 4}" fill="#8c959f">nobody</text>`
}

function arrow({ blocks, who, doors, verdict }: MapEntry, y: number): string {
  const colour = colours[verdict]
  const middle = y + row / 2 - 5
  const from = left.x + left.width
  const dashed = verdict === 'unknown' || verdict === 'shut out' ? ' stroke-dasharray="5 4"' : ''
  const line = `<path d="M${from} ${middle}H${right.x - 8}m-8 -5l8 5l-8 5" stroke="${colour}" stroke-width="2" fill="none"${dashed}/>`
  const label = blocks.length > 48 ? `${blocks.slice(0, 47)}…` : blocks
  const text = `<text x="${from + 12}" y="${middle - 6}" fill="${colour}">${escaped(label)}<title>${escaped(blocks)}</title></text>`
  return `${line}${text}${box(right.x, y, right.width, row - 10, `${who}: ${doors.join(', ')}`, colour)}`
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? '').replace(/[^\P{Cc}\n]/gu, '\u{fffd}')
}
