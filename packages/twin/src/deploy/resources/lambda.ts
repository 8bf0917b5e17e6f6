/** Functions: judged and planned here, run by `lambda/`. */
import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { NetworkInterface } from '../../network/topology.ts'
import { DeployError } from '../error.ts'
import { number, optionalText, record, text, textMap, texts } from '../properties.ts'
import { generatedName, type Order, type Rows, type Site, takeAddress } from '../site.ts'
import { subnetIds } from './ec2-network.ts'

/** How many events a function without reserved concurrency may handle at once in the twin. */
const defaultConcurrency = 4

export const lambda: Rows = {
  'AWS::Lambda::Function': {
    models: [
      'Code',
      'Environment',
      'FunctionName',
      'Handler',
      'MemorySize',
      'PackageType',
      'ReservedConcurrentExecutions',
      'Role',
      'Runtime',
      'Timeout',
      'VpcConfig',
    ],
    ignores: [
      'Architectures',
      'Description',
      'LoggingConfig',
      'RecursiveLoop',
      'RuntimeManagementConfig',
      'Tags',
      'TracingConfig',
    ],
    create(order, site) {
      const { world } = site
      const name = optionalText(order, 'FunctionName') ?? generatedName(site, order.logicalId, 64)
      const arn = `arn:${world.partition}:lambda:${world.region}:${world.accountId}:function:${name}`
      const roleArn = text(order, 'Role')
      const role = world.roles.get(roleArn)
      if (!role) throw new DeployError(`${order.path}.Role`, `there is no role ${roleArn}`)
      mustRun(order, site)
      const environment = record(order, 'Environment')
      const own = site.functions.some((other) => other.name === name)
      if (own) throw new DeployError(`${order.path}.FunctionName`, `the function ${name} exists already`)
      const handler = text(order, 'Handler')
      const at = networkInterface(order, site, name)
      const concurrency = number(order, 'ReservedConcurrentExecutions', defaultConcurrency)
      site.functions.push({
        name,
        arn,
        roleArn,
        folder: site.folder === undefined ? '' : assetOf(order, site.folder, handler),
        handler,
        environment: environment ? textMap(environment, 'Variables') : {},
        timeoutSeconds: number(order, 'Timeout', 3),
        memoryMegabytes: number(order, 'MemorySize', 128),
        concurrency: Math.min(concurrency, defaultConcurrency),
        ...(at ? { interface: at } : {}),
      })
      return { ref: name, attributes: { Arn: arn } }
    },
  },

  'AWS::Lambda::Permission': {
    models: ['Action', 'FunctionName', 'Principal', 'SourceArn'],
    ignores: ['SourceAccount'],
    create(order, site) {
      const target = text(order, 'FunctionName')
      const plan = site.functions.find(({ name, arn }) => name === target || arn === target)
      if (!plan) throw new DeployError(`${order.path}.FunctionName`, `there is no function ${target}`)
      const sourceArn = optionalText(order, 'SourceArn')
      if (/^lambda:(InvokeFunction|\*)$/.test(text(order, 'Action')))
        site.permissions.push({
          functionArn: plan.arn,
          principal: text(order, 'Principal'),
          logicalId: order.logicalId,
          ...(sourceArn === undefined ? {} : { sourceArn }),
        })
      return { ref: order.logicalId, attributes: { Id: order.logicalId } }
    },
  },
}

function mustRun(order: Order, site: Site): void {
  if ((optionalText(order, 'PackageType') ?? 'Zip') !== 'Zip')
    throw new DeployError(`${order.path}.PackageType`, 'container images are not modelled')
  const runtime = text(order, 'Runtime')
  const major = /^nodejs(\d+)\.x$/.exec(runtime)?.[1]
  if (major === undefined)
    throw new DeployError(`${order.path}.Runtime`, `the twin runs nodejs only, not \`${runtime}\``)
  const running = process.versions.node
  if (!running.startsWith(`${major}.`)) site.gap(`${order.logicalId}: ${runtime} is run by Node ${running}`)
}

/** The unpacked asset beside the template that `Code.S3Key` names, with the handler's file in it. */
function assetOf(order: Order, folder: string, handler: string): string {
  const path = `${order.path}.Code`
  const code = record(order, 'Code')
  const key = code && optionalText(code, 'S3Key')
  if (key === undefined) throw new DeployError(path, 'the twin runs code from an asset (S3Key), not inline code')
  const asset = join(folder, `asset.${basename(key).replace(/\.zip$/, '')}`)
  if (!existsSync(asset))
    throw new DeployError(`${path}.S3Key`, `there is no folder ${asset}; synthesize the template again`)
  const file = handler.slice(0, handler.lastIndexOf('.'))
  if (!['.mjs', '.js', '.cjs'].some((extension) => existsSync(join(asset, `${file}${extension}`))))
    throw new DeployError(
      `${order.path}.Handler`,
      `\`${handler}\` needs ${file}.mjs in the asset, which holds ${readdirSync(asset).join(', ') || 'nothing'}`,
    )
  return asset
}

/** An address of the first subnet: Lambda takes them from any (7.4), so nothing may depend on which. Never a public one. */
function networkInterface(order: Order, site: Site, name: string): NetworkInterface | undefined {
  const config = record(order, 'VpcConfig')
  if (!config) return undefined
  const [subnetId] = subnetIds({ ...order, ...config }, 'SubnetIds', site)
  if (subnetId === undefined) return undefined
  const at: NetworkInterface = {
    address: takeAddress(site, subnetId, order.path),
    subnetId,
    securityGroupIds: texts(config, 'SecurityGroupIds'),
    owner: { kind: 'function', name },
  }
  site.topology.interfaces.push(at)
  return at
}
