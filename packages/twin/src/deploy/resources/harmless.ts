/**
 * Resources that are made in name only and listed among what the twin does not model: those that change nothing a sign-in
 * could meet, and ways out of the VPC, along which the twin refuses all traffic.
 */
import type { Row, Rows } from '../site.ts'

const types: Readonly<Record<string, string>> = {
  'AWS::CDK::Metadata': '',
  'AWS::CloudWatch::Alarm': 'alarms',
  'AWS::CloudWatch::Dashboard': 'dashboards',
  'AWS::EC2::CustomerGateway': 'VPN',
  'AWS::EC2::FlowLog': 'VPC flow logs',
  'AWS::EC2::TransitGateway': 'transit gateways; traffic to them is refused',
  'AWS::EC2::TransitGatewayAttachment': 'transit gateways; traffic to them is refused',
  'AWS::EC2::VPCPeeringConnection': 'peering; traffic to the peer is refused',
  'AWS::EC2::VPNConnection': 'VPN',
  'AWS::EC2::VPNGateway': 'VPN; traffic to it is refused',
  'AWS::Logs::LogGroup': 'log groups (the twin keeps the lines of each function)',
  'AWS::Logs::MetricFilter': 'metric filters',
  'AWS::Logs::ResourcePolicy': 'log resource policies',
}

export const harmless: Rows = Object.fromEntries(Object.entries(types).map(([type, what]) => [type, row(type, what)]))

function row(type: string, what: string): Row {
  return {
    models: [],
    // Nothing of them is read, so nothing of them is reported one by one.
    ignores: ['*'],
    create({ logicalId }, site) {
      if (what !== '') site.gap(`${type}: ${what}`)
      const { partition, region, accountId } = site.world
      const service = type.split('::')[1]?.toLowerCase() ?? ''
      return {
        ref: logicalId,
        attributes: { Arn: `arn:${partition}:${service}:${region}:${accountId}:${logicalId}` },
      }
    },
  }
}
