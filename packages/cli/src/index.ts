/** What tests and tools outside this package use of it. */
export { contextAt, type Launched, type LaunchOptions, launchBrowser } from './browser/launch.ts'
export { type Command, helpText } from './command.ts'
export { commands } from './commands/index.ts'
export { main } from './main.ts'
export { createTerminal, type Stream, type Terminal } from './terminal.ts'
