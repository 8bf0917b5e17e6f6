import type { Command } from '../command.ts'
import { exitCodes, Trouble } from '../trouble.ts'

/** `studio-gate twin up`: the world of a template to sit in, until Ctrl-C. */
export const twin: Command = {
  name: 'twin',
  words: [{ name: 'up', about: 'boot the twin and keep it up until Ctrl-C' }],
  summary: 'Boots the template as a running world and says how to sit at each of its hosts.',
  details: [
    'Every host is a proxy on 127.0.0.1: what goes through it starts at that host. Names, TLS and signatures are those of AWS; ' +
      'the certificate authority and the credentials are made for this run and mean nothing outside it.',
  ],
  options: {
    declaration: {
      type: 'string',
      value: 'FILE',
      about: 'synthesize this declaration first (default: studio-gate.yaml here, else the example)',
    },
    template: { type: 'string', value: 'FILE', about: 'boot this template instead; its assets lie beside it' },
    scp: {
      type: 'string',
      value: 'FILE',
      multiple: true,
      about: 'attach this service control policy (default with --declaration: the synthesized one)',
    },
    switch: {
      type: 'string',
      value: 'NAME=SETTING',
      multiple: true,
      about: 'decide what AWS does not document; see docs/switches.md',
    },
    'port-base': { type: 'string', value: 'N', about: 'first port of the proxies (default: any free ports)' },
    region: { type: 'string', value: 'REGION', about: 'the Region to play (default: eu-central-1)' },
  },
  examples: [
    'studio-gate twin up --switch studio.policy=at-mint',
    'studio-gate twin up --template cdk.out/StudioGate.template.json --scp cdk.out/scp.json',
  ],
  async run(values, [word], session) {
    if (word !== 'up')
      throw new Trouble(
        `\`${word}\` is not a thing to do with the twin`,
        'studio-gate twin',
        'run `studio-gate twin up`',
        exitCodes.usage,
      )
    const { twinUp } = await import('../twin-up.ts')
    return twinUp(values, session)
  },
}
