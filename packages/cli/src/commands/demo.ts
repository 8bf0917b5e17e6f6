import type { Command } from '../command.ts'

/** `studio-gate demo`: declaration, template, twin, browser, scenarios, table, report. */
export const demo: Command = {
  name: 'demo',
  summary:
    'Boots the template as a twin and shows who gets into Studio, from where, and which wall refuses the others.',
  details: [
    'Synthesizes the declaration, boots the twin from the template, runs the function from the asset that the template names, and sits a ' +
      'headless browser at each host. Exits with 1 if an outcome, or the layer at which it fell, is not the expected one.',
  ],
  options: {
    declaration: {
      type: 'string',
      value: 'FILE',
      about:
        'the declaration (default: studio-gate.yaml here, else the example); the twin plays its first identity provider',
    },
    scp: {
      type: 'string',
      value: 'FILE',
      multiple: true,
      about: 'attach this service control policy instead of the synthesized one',
    },
    'no-scp': { type: 'boolean', about: 'attach none' },
    out: { type: 'string', value: 'DIR', about: 'where the template goes (default: cdk.out)' },
    json: { type: 'string', value: 'FILE', about: 'write the results as JSON, too' },
    report: { type: 'string', value: 'DIR', about: 'where the report goes (default: demo-report)' },
    browser: {
      type: 'string',
      value: 'PATH',
      about: 'the Chrome, Edge or Chromium to use (default: an installed one, else the packaged one)',
    },
    edit: {
      type: 'string',
      value: 'COMMAND',
      about: 'run this on the synthesized template before booting it: change it, and see the outcomes change',
    },
    only: { type: 'string', value: 'NAME', about: 'run the scenarios whose name contains this' },
    stay: { type: 'boolean', about: 'keep a twin up afterwards, and say how to sit at its hosts' },
  },
  examples: [
    'studio-gate demo',
    'studio-gate demo --only forged --json results.json',
    'studio-gate demo --no-scp --stay',
    "studio-gate demo --only private-host --edit 'sed -i s,10.100.10.0/24,10.100.99.0/24,'",
  ],
  async run(values, _, session) {
    // Loaded here because twin, CDK and scenarios take a second, which no other command should pay.
    const { performDemo } = await import('../demo/perform.ts')
    return performDemo(values, session)
  },
}
