/**
 * The other interactive ways to the same data (row 1.27). The twin has nothing behind them: who is allowed through finds
 * that the resource does not exist, and that is enough to tell a wall from its absence.
 */
import { defineOperation, type Operation } from '../operation.ts'
import { notFound, sagemakerArn } from './inventory.ts'

/** Operation, the input member that names the resource, and how its ARN is made when the member is a bare name. */
const doors = [
  { name: 'CreatePresignedNotebookInstanceUrl', member: 'NotebookInstanceName', kind: 'notebook-instance' },
  { name: 'CreatePresignedMlflowTrackingServerUrl', member: 'TrackingServerName', kind: 'mlflow-tracking-server' },
  { name: 'CreatePresignedMlflowAppUrl', member: 'Arn', kind: 'mlflow-app' },
  { name: 'CreatePartnerAppPresignedUrl', member: 'Arn', kind: 'partner-app' },
  { name: 'CreateHubContentPresignedUrls', member: 'HubName', kind: 'hub' },
  { name: 'StartSession', member: 'ResourceIdentifier', kind: 'space' },
] as const

export const otherDoors: readonly Operation[] = doors.map(({ name, member, kind }) =>
  defineOperation({
    name,
    shape: { [member]: { type: 'string', required: true, min: 1, max: 2048 } },
    run(input, call) {
      const target = String(input[member])
      const resource = target.startsWith('arn:') ? target : sagemakerArn(call.world, kind, target)
      const denied = call.authorize({ action: `sagemaker:${name}`, resource })
      return denied ? { error: denied } : notFound(kind, target)
    },
  }),
)
