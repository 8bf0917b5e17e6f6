/**
 * Draws the network map as SVG: hosts on the left, the endpoints they pass in the middle, AWS on the right, one arrow for
 * each kind of end. Colours are classes, which the report's style sheet fills for light, dark and print.
 */
import { element, escapeText } from './markup.ts'
import { type Arrow, frontDoors, type MapEndpoint, type NetworkMap, type Stop } from './network-map.ts'

const width = 1160
const columns = { vpc: 16, subnet: 32, host: 44, middle: 490, middleEnd: 690, service: 870, end: 1144 } as const
const line = { title: 22, host: 44, row: 24, card: 46, gap: 12 } as const
/** Scenarios in one line of a card. */
const chipsInLine = 6

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

type PlacedEndpoint = MapEndpoint & { readonly box: Box }

const services: readonly { readonly stop: Stop; readonly title: string; readonly about: string }[] = [
  { stop: 'acs', title: 'Private API and gate', about: 'POST /saml' },
  { stop: 'sagemaker', title: 'SageMaker API', about: 'mint: CreatePresignedDomainUrl' },
  { stop: 'studio', title: 'SageMaker Studio', about: 'use: IAM on every request' },
]

export function drawMap(map: NetworkMap, arrows: readonly Arrow[]): string {
  const shapes: string[] = []
  const hosts = new Map<string, Box>()
  const endpoints: PlacedEndpoint[] = []
  const rows = new Map<Arrow, Box>()
  let y = 16
  for (const vpc of map.vpcs) {
    const top = y
    y += 34
    const first = y
    for (const subnet of vpc.subnets) y = drawSubnet(shapes, hosts, subnet, y)
    let middle = first
    for (const endpoint of vpc.endpoints) {
      const ending = arrows.filter((arrow) => arrow.endpoint === endpoint.id)
      const place = { x: columns.middle, y: middle, width: columns.middleEnd - columns.middle }
      const title = { kind: 'endpoint', title: shortService(endpoint.service), about: endpoint.id }
      const box = { ...place, height: cardWithRows(shapes, rows, place, title, ending) }
      endpoints.push({ ...endpoint, box })
      middle += box.height + line.gap
    }
    y = Math.max(y, middle) + 4
    const box = { x: columns.vpc, y: top, width: columns.middleEnd + 16 - columns.vpc, height: y - top }
    shapes.unshift(frame(box, 'vpc', `VPC ${vpc.id}`))
    y += 16
  }
  const internet = drawInternet(shapes, hosts, map.outside, y)
  const bottom = internet.bottom
  drawStops(shapes, rows, arrows, bottom, internet.nowhere)
  const paths = arrows.flatMap((arrow) => {
    const from = hosts.get(arrow.host)
    const to = rows.get(arrow)
    if (from === undefined || to === undefined) return []
    const outside = map.outside.some((host) => host.name === arrow.host)
    return [drawArrow(arrow, from, to, passage(arrow, outside, endpoints, internet.gateway), arrows.indexOf(arrow))]
  })
  const height = Math.max(bottom, ...[...rows.values()].map((row) => row.y + 40)) + 8
  const label = `Network map of ${map.region}: from where each scenario started and where it ended`
  return element('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label, class: 'map' }, [
    arrowHeads,
    ...shapes.filter((shape) => shape.startsWith('<g class="frame')),
    ...paths,
    ...shapes.filter((shape) => !shape.startsWith('<g class="frame')),
  ])
}

const arrowHeads = `<defs>${['let-in', 'refused']
  .map(
    (kind) =>
      `<marker id="head-${kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="head ${kind}" d="M0 0 8 4 0 8z"/></marker>`,
  )
  .join('')}</defs>`

function drawSubnet(
  shapes: string[],
  hosts: Map<string, Box>,
  subnet: NetworkMap['vpcs'][number]['subnets'][number],
  y: number,
): number {
  const height = line.title + 6 + Math.max(0, subnet.hosts.length) * line.host
  const box = { x: columns.subnet, y, width: 300, height }
  shapes.push(
    frame(
      box,
      subnet.public ? 'subnet public' : 'subnet',
      `${subnet.public ? 'public' : 'private'} subnet ${subnet.cidr}`,
    ),
  )
  subnet.hosts.forEach((host, at) => {
    const hostBox = { x: columns.host, y: y + line.title + at * line.host, width: 276, height: line.host - 6 }
    hosts.set(host.name, hostBox)
    shapes.push(card(hostBox, `host ${host.kind}`, host.name, host.address))
  })
  return y + height + 8
}

/** The internet's frame, its hosts, the way out to AWS, and the place of those who reach nothing. */
function drawInternet(shapes: string[], hosts: Map<string, Box>, outside: NetworkMap['outside'], top: number) {
  let y = top + 34
  for (const host of outside) {
    const box = { x: columns.host, y, width: 276, height: line.host - 6 }
    hosts.set(host.name, box)
    shapes.push(card(box, `host ${host.kind}`, host.name, host.address))
    y += line.host
  }
  const gateway = { x: columns.middle, y: top + 34, width: columns.middleEnd - columns.middle, height: line.card - 8 }
  shapes.push(card(gateway, 'endpoint', 'the internet', 'public addresses of AWS'))
  const nowhere = { x: columns.middle, y: top + 34 + line.card, width: columns.middleEnd - columns.middle, height: 0 }
  const bottom = Math.max(y, nowhere.y) + 8
  shapes.unshift(
    frame(
      { x: columns.vpc, y: top, width: columns.middleEnd + 16 - columns.vpc, height: bottom - top },
      'internet',
      'Internet',
    ),
  )
  return { gateway, nowhere, bottom }
}

/** A card with a row for each arrow that ends there; answers its height. */
function cardWithRows(
  shapes: string[],
  rows: Map<Arrow, Box>,
  place: Omit<Box, 'height'>,
  { kind, title, about }: { readonly kind: string; readonly title: string; readonly about: string },
  ending: readonly Arrow[],
): number {
  const height = line.card + linesOf(ending) * line.row
  shapes.push(card({ ...place, height }, kind, title, about))
  let y = place.y + line.card - 4
  for (const arrow of ending) {
    const row = { x: place.x, y, width: place.width, height: linesOf([arrow]) * line.row }
    rows.set(arrow, row)
    shapes.push(chips(arrow, row))
    y += row.height
  }
  return height
}

/** The services on the right, spread over the height of the networks, and the place of those who reached nothing. */
function drawStops(
  shapes: string[],
  rows: Map<Arrow, Box>,
  arrows: readonly Arrow[],
  bottom: number,
  nowhere: Box,
): void {
  const ending = (stop: Stop) => arrows.filter((arrow) => arrow.stop === stop)
  const heights = services.map(({ stop }) => line.card + linesOf(ending(stop)) * line.row)
  const spare = (bottom - 16 - heights.reduce((sum, height) => sum + height, 0)) / (services.length + 1)
  let y = 16 + Math.max(12, spare)
  for (const { stop, title, about } of services) {
    const place = { x: columns.service, y, width: columns.end - columns.service }
    y += cardWithRows(shapes, rows, place, { kind: 'service', title, about }, ending(stop)) + Math.max(16, spare)
  }
  const unreached = ending('nowhere')
  const title = { kind: 'dead-end', title: 'no connection', about: 'no name, no route, no port' }
  if (unreached.length) cardWithRows(shapes, rows, { ...nowhere, y: bottom + 8 }, title, unreached)
}

/** The card in the middle that an arrow passes on its way to a service; none where it ends before. */
function passage(arrow: Arrow, outside: boolean, endpoints: readonly PlacedEndpoint[], gateway: Box): Box | undefined {
  if (arrow.stop === 'nowhere' || arrow.stop === 'endpoint') return undefined
  if (outside) return gateway
  const door = frontDoors[arrow.stop]
  return endpoints.find(({ service }) => door.test(service))?.box
}

function drawArrow(arrow: Arrow, from: Box, to: Box, via: Box | undefined, at: number): string {
  const kind = arrow.refused ? 'refused' : 'let-in'
  // Several arrows share a card's edge: each takes a height of its own, so that they can be told apart.
  const spread = (box: Box) => box.y + Math.min(box.height, line.card) * (0.2 + 0.6 * ((at * 0.381966) % 1))
  const start = { x: from.x + from.width, y: spread(from) }
  const end = { x: to.x - 2, y: to.y + to.height / 2 }
  const curve = (a: typeof start, b: typeof start) => {
    const bend = (b.x - a.x) / 2
    return `M${round(a.x)} ${round(a.y)}C${round(a.x + bend)} ${round(a.y)} ${round(b.x - bend)} ${round(b.y)} ${round(b.x)} ${round(b.y)}`
  }
  const d = via
    ? `${curve(start, { x: via.x, y: spread(via) })}H${via.x + via.width}${curve({ x: via.x + via.width, y: spread(via) }, end)}`
    : curve(start, end)
  const title = `${arrow.host}: ${arrow.scenarios.map((each) => each.id).join(', ')}`
  return `<g class="arrow ${kind}"><title>${escapeText(title)}</title><path d="${d}" marker-end="url(#head-${kind})"/></g>`
}

/** The scenarios' numbers, each a link to its section. */
function chips(arrow: Arrow, row: Box): string {
  const all = arrow.scenarios.map((scenario, at) => {
    const inLine = Math.min(chipsInLine, arrow.scenarios.length)
    const x = row.x + row.width - 10 - (inLine - (at % chipsInLine)) * 25
    const y = row.y + Math.floor(at / chipsInLine) * line.row
    const kind = `chip ${arrow.refused ? 'refused' : 'let-in'}${scenario.matches ? '' : ' differs'}`
    return `<a href="#${escapeText(scenario.id)}"><g class="${kind}"><rect x="${x}" y="${y + 3}" width="22" height="18" rx="9"/><text x="${x + 11}" y="${y + 16}">${scenario.number}</text></g></a>`
  })
  const label = `<text class="small" x="${row.x + 12}" y="${row.y + 16}">${escapeText(arrow.host)}</text>`
  return `<g>${label}${all.join('')}</g>`
}

/** Lines that the chips of these arrows take. */
function linesOf(arrows: readonly Arrow[]): number {
  return arrows.reduce((sum, arrow) => sum + Math.ceil(arrow.scenarios.length / chipsInLine), 0)
}

function frame(box: Box, kind: string, title: string): string {
  return `<g class="frame ${kind}"><rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" rx="10"/><text x="${box.x + 12}" y="${box.y + 16}">${escapeText(title)}</text></g>`
}

function card(box: Box, kind: string, title: string, about: string): string {
  return `<g class="card ${kind}"><rect x="${box.x}" y="${round(box.y)}" width="${box.width}" height="${box.height}" rx="7"/><text class="name" x="${box.x + 12}" y="${round(box.y + 17)}">${escapeText(title)}</text><text class="small" x="${box.x + 12}" y="${round(box.y + 31)}">${escapeText(about)}</text></g>`
}

function shortService(name: string): string {
  return `endpoint ${name.replace(/^com\.amazonaws\.[^.]+\./, '').replace(/^aws\.sagemaker\.[^.]+\./, '')}`
}

const round = (value: number) => Math.round(value * 10) / 10
