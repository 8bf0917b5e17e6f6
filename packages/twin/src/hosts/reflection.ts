/**
 * The three functions of the `reflect-metadata` proposal that tsyringe, beneath `@peculiar/x509`, demands to find before it
 * is loaded. Import this first. Metadata is kept per object and key; inherited as the proposal says.
 */
const kept = new WeakMap<object, Map<unknown, unknown>>()

function getOwnMetadata(key: unknown, target: object): unknown {
  return kept.get(target)?.get(key)
}

function getMetadata(key: unknown, target: object): unknown {
  for (let at: object | null = target; at !== null; at = Reflect.getPrototypeOf(at)) {
    if (kept.get(at)?.has(key)) return getOwnMetadata(key, at)
  }
  return undefined
}

function defineMetadata(key: unknown, value: unknown, target: object): void {
  const map = kept.get(target) ?? new Map<unknown, unknown>()
  kept.set(target, map.set(key, value))
}

// Left alone where a complete implementation is present already.
if (!('getMetadata' in Reflect)) Object.assign(Reflect, { getOwnMetadata, getMetadata, defineMetadata })
