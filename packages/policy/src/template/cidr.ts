/** `Fn::Cidr`: cuts an address block into equal blocks, for IPv4 and IPv6. */

interface Block {
  readonly address: bigint
  readonly prefix: number
  readonly bits: 32 | 128
}

/**
 * The first `count` blocks of `hostBits` host bits inside `block`, in order.
 * Undefined where CloudFormation refuses: not an address block, a count outside 1 to 256, or blocks that do not fit.
 */
export function cidrBlocks(block: string, count: number, hostBits: number): readonly string[] | undefined {
  const outer = parseBlock(block)
  if (outer === undefined || !Number.isInteger(count) || count < 1 || count > 256) return undefined
  if (!Number.isInteger(hostBits) || hostBits < 1 || hostBits > outer.bits - outer.prefix) return undefined
  const size = 1n << BigInt(hostBits)
  const room = 1n << BigInt(outer.bits - outer.prefix)
  if (size * BigInt(count) > room) return undefined
  const first = outer.address - (outer.address % room)
  return Array.from({ length: count }, (_, index) => {
    const address = first + size * BigInt(index)
    return `${outer.bits === 32 ? printV4(address) : printV6(address)}/${outer.bits - hostBits}`
  })
}

function parseBlock(text: string): Block | undefined {
  const match = /^([0-9a-fA-F:.]+)\/(\d{1,3})$/.exec(text)
  if (match === null) return undefined
  const [, address = '', length = ''] = match
  const bits = address.includes(':') ? 128 : 32
  const parsed = bits === 128 ? parseV6(address) : parseV4(address)
  const prefix = Number(length)
  return parsed === undefined || prefix > bits ? undefined : { address: parsed, prefix, bits }
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return undefined
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n)
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail]
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n)
}

const printV4 = (address: bigint): string =>
  [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 255n)).join('.')

/** RFC 5952: no leading zeros, the first longest run of two or more zero groups becomes `::`. */
function printV6(address: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((address >> BigInt(112 - 16 * index)) & 0xffffn).toString(16))
  const runs = groups.map((_, start) => {
    const end = groups.findIndex((group, index) => index >= start && group !== '0')
    return (end === -1 ? groups.length : end) - start
  })
  const longest = Math.max(...runs)
  if (longest < 2) return groups.join(':')
  const start = runs.indexOf(longest)
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + longest).join(':')}`
}
