/** Which browsers could be used, in the order in which they are tried: the given one, an installed one, the packaged one. */
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { packagedFolder, unpackBrowser } from './packaged.ts'

/** A browser to try. `prepare` may take seconds (unpacking) and throws if the browser cannot be made ready. */
export interface Candidate {
  readonly kind: 'given' | 'installed' | 'packaged'
  /** Path of the executable, or name and version of the package. */
  readonly name: string
  prepare(): Promise<{ readonly executable: string; readonly environment: Readonly<Record<string, string>> }>
}

/** Usual places of Chrome, Edge and Chromium. Snap's Chromium is not among them: it cannot read a profile outside its home. */
const places: Readonly<Record<string, readonly string[]>> = {
  linux: [
    '/opt/google/chrome/chrome',
    '/usr/bin/google-chrome-stable',
    '/usr/bin/google-chrome',
    '/opt/microsoft/msedge/msedge',
    '/usr/bin/microsoft-edge',
    '/usr/lib/chromium/chromium',
    '/usr/lib64/chromium-browser/chromium-browser',
  ],
  darwin: ['Google Chrome', 'Microsoft Edge', 'Chromium'].flatMap((name) =>
    ['/Applications', join(process.env.HOME ?? '', 'Applications')].map((folder) =>
      join(folder, `${name}.app`, 'Contents', 'MacOS', name),
    ),
  ),
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((variable) =>
    ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe']
      .filter(() => process.env[variable] !== undefined)
      .map((path) => `${process.env[variable]}\\${path}`),
  ),
}

const namesOnPath = ['google-chrome-stable', 'google-chrome', 'microsoft-edge-stable', 'microsoft-edge']

/** `given` is the value of `--browser`; where it is present nothing else is tried. */
export function browserCandidates(given?: string): readonly Candidate[] {
  if (given !== undefined) return [installed('given', given)]
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => namesOnPath.map((name) => join(folder, name)))
  const found = [...new Set([...(places[process.platform] ?? []), ...onPath])].filter(isExecutable)
  const folder = packagedFolder()
  return [...found.map((path) => installed('installed', path)), ...(folder === undefined ? [] : [packaged(folder)])]
}

function installed(kind: 'given' | 'installed', executable: string): Candidate {
  return {
    kind,
    name: executable,
    async prepare() {
      if (!isExecutable(executable)) throw new Error('there is no executable file at that path')
      return { executable, environment: {} }
    },
  }
}

function packaged(folder: string): Candidate {
  return { kind: 'packaged', name: '@sparticuz/chromium', prepare: () => unpackBrowser(folder) }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
