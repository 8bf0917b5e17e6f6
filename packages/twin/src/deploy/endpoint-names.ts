/** The names that an interface endpoint's private DNS takes over in its VPC (5.2, 4.11 a), by endpoint service. */

interface Row {
  /** `<region>` is replaced. */
  readonly service: string
  /** Zone of its own, and the names in it: `@` the zone itself, `*` everything below. */
  readonly zone: string
  readonly names: readonly ('@' | '*')[]
}

/** `<suffix>` stands for the partition's DNS suffix. Studio's suffix in China is not known (5.22). */
const rows: readonly Row[] = [
  { service: 'com.amazonaws.<region>.sagemaker.api', zone: 'api.sagemaker.<region>.<suffix>', names: ['@'] },
  { service: 'com.amazonaws.<region>.sagemaker.runtime', zone: 'runtime.sagemaker.<region>.<suffix>', names: ['@'] },
  { service: 'com.amazonaws.<region>.execute-api', zone: 'execute-api.<region>.<suffix>', names: ['*'] },
  { service: 'aws.sagemaker.<region>.studio', zone: 'studio.<region>.sagemaker.aws', names: ['*'] },
  { service: 'aws.sagemaker.<region>.notebook', zone: 'notebook.<region>.sagemaker.aws', names: ['*'] },
]

/** Services whose endpoint takes over `<service>.<region>.<suffix>` itself. */
const plain = [
  'sts',
  'logs',
  'ec2',
  'kms',
  'ssm',
  'ssmmessages',
  'ec2messages',
  'secretsmanager',
  'monitoring',
  'dynamodb',
  'lambda',
]

/** Zone and names of an endpoint service, or undefined when the twin does not know it. Gateway endpoints have none. */
export function privateNames(
  serviceName: string,
  region: string,
  suffix: string,
): { readonly zone: string; readonly names: readonly ('@' | '*')[] } | undefined {
  // In China endpoint services begin with `cn.`.
  const name = serviceName.replace(/^cn\./, '')
  const row = rows.find(({ service }) => service.replace('<region>', region) === name)
  if (row) return { zone: row.zone.replace('<region>', region).replace('<suffix>', suffix), names: row.names }
  const label = name.startsWith(`com.amazonaws.${region}.`) ? name.slice(`com.amazonaws.${region}.`.length) : ''
  return plain.includes(label) ? { zone: `${label}.${region}.${suffix}`, names: ['@'] } : undefined
}
