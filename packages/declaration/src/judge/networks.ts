import { isPrivateCidr, networkOf, parseCidr } from '@studio-gate/policy'
import type { NetworkSettings } from '../declaration.ts'
import type { Report } from '../problem.ts'

/** Judges every network on its own: address blocks, and where private addresses count (rows 1.15 and 2.3). */
export function judgeNetworks(networks: Readonly<Record<string, NetworkSettings>>, report: Report): void {
  for (const [name, network] of Object.entries(networks)) {
    const path = `networks.${name}`
    if (network.privateCidr !== undefined && network.through === undefined)
      report.error(
        path,
        '`privateCidr` without `through`: the same private addresses exist in other VPCs',
        'add `through: { endpoint: deployed }`, or the `vpc` or endpoint that the browsers arrive through',
      )
    if (network.through !== undefined && network.privateCidr === undefined)
      report.error(
        `${path}.through`,
        '`through` without `privateCidr`',
        'remove it; it says where private addresses count',
      )
    judgeBlocks(network.privateCidr, `${path}.privateCidr`, 'private', report)
    judgeBlocks(network.publicCidr, `${path}.publicCidr`, 'public', report)
  }
}

type Kind = 'private' | 'public'

function judgeBlocks(blocks: string | readonly string[] | undefined, path: string, kind: Kind, report: Report): void {
  if (blocks === undefined) return
  if (typeof blocks === 'string') {
    judgeBlock(blocks, path, kind, report)
    return
  }
  for (const [index, block] of blocks.entries()) {
    judgeBlock(block, `${path}[${index}]`, kind, report)
    if (blocks.indexOf(block) !== index)
      report.warning(`${path}[${index}]`, `\`${block}\` stands there twice`, 'remove one')
  }
}

function judgeBlock(block: string, path: string, kind: Kind, report: Report): void {
  const cidr = parseCidr(block)
  if (cidr === undefined) {
    const fix = 'write an address and a prefix length, such as `10.1.0.0/16`'
    report.error(path, `\`${block}\` is not an address block`, fix)
  } else if (cidr.hostBits) {
    const fix = `write \`${networkOf(cidr)}\`, or a longer prefix`
    report.error(path, `\`${block}\` has bits set after its prefix`, fix)
  } else if (kind === 'private' && !isPrivateCidr(block)) {
    report.error(
      path,
      `\`${block}\` is not a private range: no browser arrives with it through a VPC endpoint`,
      'if these are addresses on the internet, make it a network of its own with `publicCidr`',
    )
  } else if (kind === 'public' && isPrivateCidr(block)) {
    const message = `\`${block}\` is a private range: no browser on the internet has it`
    report.error(path, message, 'make it `privateCidr`, with `through`')
  } else if (kind === 'public' && cidr.prefix === 0) {
    report.warning(path, `\`${block}\` is the whole internet`, 'name the addresses of your company')
  }
}
