/** Octets of UTF-8, as the parser and its readers compare them and make strings of them. */

/** What a tree was parsed from. */
export interface Source {
  /** With a NUL behind them. */
  readonly octets: Buffer
  /** The same octets, to be compared eight at a time. */
  readonly view: DataView
  /** How many more texts are made of their own octets. */
  single: number
  /** All octets as a text, once more have been asked for. */
  text: string | undefined
}

export function sourceOf(octets: Buffer, single: number): Source {
  return { octets, view: viewOf(octets), single, text: undefined }
}

export function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length)
}

/** The text of `octets[start, end)`: where many are asked for cut out of the whole, if every character of it is one octet. */
export function excerpt(source: Source, start: number, end: number): string {
  if (source.single > 0) {
    source.single--
    return textBetween(source.octets, start, end)
  }
  source.text ??= source.octets.toString('utf8')
  return source.text.length === source.octets.length
    ? source.text.slice(start, end)
    : textBetween(source.octets, start, end)
}

/** Whether two stretches of the same octets are equal. From behind, since names differ there sooner than in front. */
export function sameOctets(octets: Buffer, start: number, end: number, otherStart: number, otherEnd: number): boolean {
  if (end - start !== otherEnd - otherStart) return false
  for (let at = end - 1, other = otherEnd - 1; at >= start; at--, other--) {
    if (octets[at] !== octets[other]) return false
  }
  return true
}

/** How many octets are compared and copied at a time. */
export const word = 8

/** Whether two stretches of one length are equal, a word at a time; the last word overlaps the one before it. */
export function sameWords(
  view: DataView,
  start: number,
  otherView: DataView,
  otherStart: number,
  length: number,
): boolean {
  const last = length - word
  for (let at = 0; at < last; at = (at + word) | 0) {
    if (view.getBigInt64(start + at, true) !== otherView.getBigInt64(otherStart + at, true)) return false
  }
  if (last >= 0) return view.getBigInt64(start + last, true) === otherView.getBigInt64(otherStart + last, true)
  for (let at = 0; at < length; at++) {
    if (view.getUint8(start + at) !== otherView.getUint8(otherStart + at)) return false
  }
  return true
}

/**
 * Copies a stretch a word at a time, which for a short one is done before a native copy has begun. The last word reads, and
 * overwrites, up to seven octets behind the stretch.
 */
export function copyWords(view: DataView, start: number, end: number, target: DataView, place: number): void {
  for (let at = start, into = place; at < end; at = (at + word) | 0, into = (into + word) | 0) {
    target.setBigInt64(into, view.getBigInt64(at, true), true)
  }
}

/** The text of `octets[start, end)`. */
export function textBetween(octets: Buffer, start: number, end: number): string {
  return octets.toString('utf8', start, end)
}

/** Whether `octets[start, end)` is this text in ASCII. */
export function reads(octets: Buffer, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false
  for (let at = 0; at < text.length; at++) if (octets[start + at] !== text.charCodeAt(at)) return false
  return true
}
