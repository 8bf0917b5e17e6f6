/** IPv4 arithmetic for subnets and routes. An address is a dotted quad, a block is `a.b.c.d/n`; IPv6 is not modelled. */

export interface Block {
  readonly first: number
  /** 0 to 32. */
  readonly prefix: number
}

/** The 32-bit value of a dotted quad, or undefined when the text is not one. */
export function addressValue(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  if (!match) return undefined
  const bytes = match.slice(1).map(Number)
  if (bytes.some((byte) => byte > 255)) return undefined
  return bytes.reduce((value, byte) => value * 256 + byte, 0)
}

/** The dotted quad of a 32-bit value. */
export function addressText(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')
}

/** Reads a block; a bare address is a block of one. Undefined when the text is neither, or has bits behind the prefix cut off. */
export function parseBlock(text: string): Block | undefined {
  const [address = '', length = '32', ...rest] = text.split('/')
  const value = addressValue(address)
  const prefix = Number(length)
  if (value === undefined || rest.length > 0 || !/^\d{1,2}$/.test(length) || prefix > 32) return undefined
  return { first: value - (value % size(prefix)), prefix }
}

/** Number of addresses in a block with that prefix length. */
export function size(prefix: number): number {
  return 2 ** (32 - prefix)
}

/** Whether a block holds an address; false when either is malformed. */
export function contains(block: string, address: string): boolean {
  const parsed = parseBlock(block)
  const value = addressValue(address)
  return (
    parsed !== undefined && value !== undefined && value >= parsed.first && value < parsed.first + size(parsed.prefix)
  )
}

/** Whether the block `inner` lies in the block `outer`. */
export function encloses(outer: string, inner: string): boolean {
  const [a, b] = [parseBlock(outer), parseBlock(inner)]
  return a !== undefined && b !== undefined && b.prefix >= a.prefix && contains(outer, addressText(b.first))
}

/** The address at a distance from the start of a block, or undefined beyond its end (the last address is the broadcast's). */
export function nthAddress(block: string, offset: number): string | undefined {
  const parsed = parseBlock(block)
  if (!parsed || offset >= size(parsed.prefix) - 1) return undefined
  return addressText(parsed.first + offset)
}

const privateBlocks = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '127.0.0.0/8',
]

/** Whether the internet has no route to this address (RFC 1918, RFC 6598, link-local, loopback). */
export function isPrivate(address: string): boolean {
  return privateBlocks.some((block) => contains(block, address))
}
