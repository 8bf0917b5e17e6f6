/**
 * IPv4 and IPv6 addresses and CIDR blocks (RFC 791, RFC 4291, RFC 4632), strictly read: no leading zeros, no shortened IPv4, no
 * zone names. An IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) is an IPv6 address and lies in no IPv4 block; IAM does not say
 * what it makes of one (3.19).
 */

export interface Address {
  readonly bits: 32 | 128
  readonly value: bigint
}

export interface Cidr extends Address {
  /** Length of the prefix in bits. */
  readonly prefix: number
  /** Whether bits after the prefix are set, as in `10.0.0.5/24`. `value` then holds them still. */
  readonly hostBits: boolean
}

const octet = /^(?:0|[1-9]\d{0,2})$/

const parseV4 = (text: string): bigint | undefined => {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  let value = 0
  for (const part of parts) {
    const number = Number(part)
    if (!octet.test(part) || number > 255) return undefined
    value = value * 256 + number
  }
  return BigInt(value)
}

/** The 16-bit groups of one side of `::`; a dotted quad may stand for the last two. */
const groupsOf = (text: string, last: boolean): readonly bigint[] | undefined => {
  if (text === '') return []
  const groups: bigint[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    if (last && index === parts.length - 1 && part.includes('.')) {
      const quad = parseV4(part)
      if (quad === undefined) return undefined
      groups.push(quad >> 16n, quad & 0xffffn)
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(BigInt(`0x${part}`))
    } else {
      return undefined
    }
  }
  return groups
}

const parseV6 = (text: string): bigint | undefined => {
  const sides = text.split('::')
  if (sides.length > 2) return undefined
  const [left = '', right] = sides
  const head = groupsOf(left, right === undefined)
  const tail = right === undefined ? [] : groupsOf(right, true)
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  // `::` stands for at least one group (RFC 4291, section 2.2).
  if (right === undefined ? missing !== 0 : missing < 1) return undefined
  return [...head, ...Array.from({ length: missing }, () => 0n), ...tail].reduce(
    (value, group) => (value << 16n) | group,
    0n,
  )
}

/** Reads an address without prefix; undefined when it is none. */
export const parseAddress = (text: string): Address | undefined => {
  const v6 = text.includes(':')
  const value = v6 ? parseV6(text) : parseV4(text)
  return value === undefined ? undefined : { bits: v6 ? 128 : 32, value }
}

/** Reads `address/prefix`; undefined when it is none. Bits after the prefix are allowed here and told by `hostBits`. */
export const parseCidr = (text: string): Cidr | undefined => {
  const slash = text.indexOf('/')
  const address = parseAddress(slash === -1 ? '' : text.slice(0, slash))
  const digits = text.slice(slash + 1)
  if (address === undefined || !octet.test(digits)) return undefined
  const prefix = Number(digits)
  if (prefix > address.bits) return undefined
  const free = BigInt(address.bits - prefix)
  return { ...address, prefix, hostBits: address.value !== (address.value >> free) << free }
}

/** Whether the address lies in the block; never across address families. */
export const contains = (cidr: Cidr, address: Address): boolean => {
  if (cidr.bits !== address.bits) return false
  const free = BigInt(cidr.bits - cidr.prefix)
  return address.value >> free === cidr.value >> free
}

/** Whether an address lies in one of the blocks: they are put in order once, and each question halves what is left of them. */
export const inOneOf = (blocks: readonly Cidr[]): ((address: Address) => boolean) => {
  const rangesOf = (bits: number): { readonly first: bigint; last: bigint }[] => {
    const ranges: { readonly first: bigint; last: bigint }[] = []
    const all = blocks
      .filter((block) => block.bits === bits)
      .map(({ value, prefix }) => {
        const free = BigInt(bits - prefix)
        const first = (value >> free) << free
        return { first, last: first + (1n << free) - 1n }
      })
      .sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0))
    for (const range of all) {
      const before = ranges.at(-1)
      if (before === undefined || range.first > before.last) ranges.push(range)
      else if (range.last > before.last) before.last = range.last
    }
    return ranges
  }
  const [v4, v6] = [rangesOf(32), rangesOf(128)]
  return ({ bits, value }) => {
    const ranges = bits === 32 ? v4 : v6
    let [from, to] = [0, ranges.length]
    while (from < to) {
      const middle = (from + to) >>> 1
      if ((ranges[middle]?.last ?? 0n) < value) from = middle + 1
      else to = middle
    }
    const found = ranges[from]
    return found !== undefined && found.first <= value
  }
}

const textOf = ({ bits, value }: Address): string => {
  const width = bits === 32 ? 8n : 16n
  const parts: bigint[] = []
  for (let shift = BigInt(bits) - width; shift >= 0n; shift -= width)
    parts.push((value >> shift) & ((1n << width) - 1n))
  if (bits === 32) return parts.join('.')
  // The first longest run of at least two zero groups becomes `::` (RFC 5952, section 4.2).
  let [from, length] = [0, 1]
  for (let start = 0; start < parts.length; start++) {
    let end = start
    while (parts[end] === 0n) end++
    if (end - start > length) [from, length] = [start, end - start]
  }
  const hex = parts.map((part) => part.toString(16))
  return length < 2 ? hex.join(':') : `${hex.slice(0, from).join(':')}::${hex.slice(from + length).join(':')}`
}

/** The block with the bits after its prefix cleared, such as `10.0.0.0/24` for `10.0.0.5/24`. */
export const networkOf = (cidr: Cidr): string => {
  const free = BigInt(cidr.bits - cidr.prefix)
  return `${textOf({ bits: cidr.bits, value: (cidr.value >> free) << free })}/${cidr.prefix}`
}

/** Whether `address` (`10.0.0.7`) lies in `cidr` (`10.0.0.0/24`). False when either cannot be read: no match is no access. */
export const ipInCidr = (address: string, cidr: string): boolean => {
  const block = parseCidr(cidr)
  const one = parseAddress(address)
  return block !== undefined && one !== undefined && contains(block, one)
}

/** Blocks that the public internet does not route, with the document that says so. */
const privateBlocks = [
  ['10.0.0.0/8', 'RFC 1918'],
  ['172.16.0.0/12', 'RFC 1918'],
  ['192.168.0.0/16', 'RFC 1918'],
  ['100.64.0.0/10', 'RFC 6598'],
  ['127.0.0.0/8', 'RFC 1122'],
  ['169.254.0.0/16', 'RFC 3927'],
  ['::1/128', 'RFC 4291'],
  ['fc00::/7', 'RFC 4193'],
  ['fe80::/10', 'RFC 4291'],
] as const

const privateCidrs = privateBlocks.flatMap(([block]) => parseCidr(block) ?? [])

/** Whether two blocks share an address. False when either cannot be read. */
export const cidrsOverlap = (one: string, other: string): boolean => {
  const [a, b] = [parseCidr(one), parseCidr(other)]
  return a !== undefined && b !== undefined && (a.prefix <= b.prefix ? contains(a, b) : contains(b, a))
}

/** Whether the address is never seen on the public internet: private, shared, loopback or link-local. False when it cannot be read. */
export const isPrivateAddress = (address: string): boolean => {
  const one = parseAddress(address)
  return one !== undefined && privateCidrs.some((block) => contains(block, one))
}

/** Whether every address of the block is private in the sense of `isPrivateAddress`. False when it cannot be read. */
export const isPrivateCidr = (cidr: string): boolean => {
  const block = parseCidr(cidr)
  return block !== undefined && privateCidrs.some((outer) => outer.prefix <= block.prefix && contains(outer, block))
}
