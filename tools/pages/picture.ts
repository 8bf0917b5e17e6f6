/** `docs/map.svg`, the picture of the README: who meets which wall. Its colours follow the reader's light or dark. */

interface Place {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly title: string
  readonly about: string
}

const origin = (y: number, title: string, about: string): Place => ({ x: 16, y, width: 250, height: 58, title, about })
const target = (y: number, title: string, about: string): Place => ({ x: 640, y, width: 304, height: 66, title, about })

const origins = {
  allowed: origin(40, 'A network that a rule names', 'the portal tile, then Studio'),
  elsewhere: origin(134, 'Elsewhere in the VPC', 'bastion, public host, a carried URL'),
  internet: origin(228, 'The internet', 'a laptop, a carried URL or cookie'),
  around: origin(322, 'Around the gate', 'notebooks, instances, administrators'),
} as const

const targets = {
  gate: target(40, 'The gate, on a private API', 'verifies SAML, finds the rule'),
  api: target(178, 'SageMaker API', 'mints the URL, in the person’s name'),
  studio: target(316, 'SageMaker Studio', 'asks IAM on every request and frame'),
} as const

/** What stands before each target. */
const walls: Readonly<Record<keyof typeof targets, { readonly label: string; readonly beside: 'above' | 'below' }>> = {
  gate: { label: 'API resource policy', beside: 'below' },
  api: { label: 'boundary, SCP, minting role', beside: 'above' },
  studio: { label: 'minting role, endpoint policy', beside: 'below' },
}

interface Way {
  readonly from: keyof typeof origins
  readonly to: keyof typeof targets
  /** Where it ends: inside, at the wall, or before any wall. */
  readonly ends: 'inside' | 'wall' | 'no route'
  /** Height at which it meets the target, from the target's top. */
  readonly at: number
}

const ways: readonly Way[] = [
  { from: 'allowed', to: 'gate', ends: 'inside', at: 20 },
  { from: 'allowed', to: 'studio', ends: 'inside', at: 14 },
  { from: 'elsewhere', to: 'gate', ends: 'wall', at: 48 },
  { from: 'elsewhere', to: 'studio', ends: 'wall', at: 30 },
  { from: 'internet', to: 'gate', ends: 'no route', at: 0 },
  { from: 'internet', to: 'studio', ends: 'wall', at: 46 },
  { from: 'around', to: 'api', ends: 'wall', at: 40 },
]

const wallX = 596

const style = `
text { font: 14px system-ui, "Segoe UI", sans-serif; fill: #1d2126 }
.about, .wall-name { font-size: 12px; fill: #5d666f }
.wall-name { text-anchor: end; font-weight: 600 }
.title { font-weight: 600 }
.card { fill: #ffffff; stroke: #b9b4a8 }
.wall { fill: #8a5a00 }
.inside { stroke: #16724a }
.refused { stroke: #b3261e; stroke-dasharray: 6 4 }
.way, .cross { fill: none; stroke-width: 2 }
.cross { stroke: #b3261e; stroke-width: 3; stroke-linecap: round }
.head { fill: #16724a }
.paper { fill: #fbfaf7 }
@media (prefers-color-scheme: dark) {
  text { fill: #e8e6e1 }
  .about, .wall-name { fill: #9aa3ab }
  .card { fill: #1c2024; stroke: #4a525a }
  .wall { fill: #f0bd55 }
  .inside { stroke: #5fcb98 }
  .refused, .cross { stroke: #ff8a80 }
  .head { fill: #5fcb98 }
  .paper { fill: #14171a }
}`

export function picture(): string {
  const cards = [...Object.values(origins), ...Object.values(targets)].map(card)
  const wallShapes = Object.entries(walls).map(([name, { label, beside }]) => {
    const place = targets[name as keyof typeof targets]
    return wall(place, label, beside === 'above' ? place.y - 6 : place.y + place.height + 14)
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 410" role="img" aria-label="Who meets which wall on the way to SageMaker Studio">
<style>${style}
</style>
<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto"><path class="head" d="M0 0 8 4 0 8z"/></marker></defs>
<rect class="paper" width="960" height="410" rx="12"/>
${ways.map(draw).join('\n')}
<path class="way inside" d="M792 106V176" marker-end="url(#head)"/>
<text class="about" x="804" y="146">assumes the minting role</text>
${[...wallShapes, ...cards].join('\n')}
</svg>
`
}

function draw({ from, to, ends, at }: Way): string {
  const start = { x: origins[from].x + origins[from].width, y: origins[from].y + 29 + (to === 'gate' ? -8 : 8) }
  if (ends === 'no route')
    return `${line(start, { x: 322, y: start.y }, 'refused')}${cross({ x: 322, y: start.y })}<text class="about" x="334" y="${start.y + 4}">no route</text>`
  const meets = { x: ends === 'wall' ? wallX - 12 : targets[to].x - 2, y: targets[to].y + at }
  return ends === 'wall'
    ? line(start, meets, 'refused') + cross(meets)
    : line(start, meets, 'inside', ' marker-end="url(#head)"')
}

interface Point {
  readonly x: number
  readonly y: number
}

function line(a: Point, b: Point, kind: string, end = ''): string {
  const bend = (b.x - a.x) / 2
  return `<path class="way ${kind}" d="M${a.x} ${a.y}C${a.x + bend} ${a.y} ${b.x - bend} ${b.y} ${b.x} ${b.y}"${end}/>`
}

function cross({ x, y }: Point): string {
  return `<path class="cross" d="M${x - 5} ${y - 5}l10 10M${x - 5} ${y + 5}l10 -10"/>`
}

function wall(place: Place, label: string, labelY: number): string {
  return `<rect class="wall" x="${wallX}" y="${place.y}" width="8" height="${place.height}" rx="2"/><text class="wall-name" x="${wallX + 8}" y="${labelY}">${label}</text>`
}

function card({ x, y, width, height, title, about }: Place): string {
  return `<rect class="card" x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/><text class="title" x="${x + 14}" y="${y + height / 2 - 4}">${title}</text><text class="about" x="${x + 14}" y="${y + height / 2 + 15}">${about}</text>`
}
