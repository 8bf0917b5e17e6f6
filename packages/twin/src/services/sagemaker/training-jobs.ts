import { defineOperation, failure } from '../operation.ts'
import { roleArn, tagContext, tags } from './fields.ts'
import { inventoryOf, notFound, sagemakerArn } from './inventory.ts'
import { passRole } from './pass-role.ts'

const jobName = {
  type: 'string',
  required: true,
  min: 1,
  max: 63,
  pattern: '[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}',
} as const
const anyStructure = { type: 'structure', required: true, fields: {} } as const

/** sagemaker:CreateTrainingJob: the job exists afterwards; the twin trains nothing. */
export const createTrainingJob = defineOperation({
  name: 'CreateTrainingJob',
  shape: {
    TrainingJobName: jobName,
    RoleArn: roleArn,
    OutputDataConfig: anyStructure,
    ResourceConfig: anyStructure,
    StoppingCondition: { type: 'structure', fields: {} },
    Tags: tags,
  },
  run(input, call) {
    const { world } = call
    const arn = sagemakerArn(world, 'training-job', input.TrainingJobName)
    const denied =
      call.authorize({ action: 'sagemaker:CreateTrainingJob', resource: arn, context: tagContext(input.Tags) }) ??
      passRole(call, input.RoleArn)
    if (denied) return { error: denied }
    if (!world.roles.has(input.RoleArn)) {
      return failure(
        'ValidationException',
        `Could not assume role ${input.RoleArn}. Please ensure that the role exists.`,
      )
    }
    const { jobs } = inventoryOf(world)
    if (jobs.has(input.TrainingJobName)) return failure('ResourceInUse', 'Training job names must be unique.')
    jobs.set(input.TrainingJobName, { createdAt: world.now(), roleArn: input.RoleArn })
    return { output: { TrainingJobArn: arn } }
  },
})

/** sagemaker:DescribeTrainingJob. */
export const describeTrainingJob = defineOperation({
  name: 'DescribeTrainingJob',
  shape: { TrainingJobName: jobName },
  run(input, call) {
    const arn = sagemakerArn(call.world, 'training-job', input.TrainingJobName)
    const denied = call.authorize({ action: 'sagemaker:DescribeTrainingJob', resource: arn })
    if (denied) return { error: denied }
    const job = inventoryOf(call.world).jobs.get(input.TrainingJobName)
    if (!job) return notFound('Training job', input.TrainingJobName)
    return {
      output: {
        TrainingJobName: input.TrainingJobName,
        TrainingJobArn: arn,
        TrainingJobStatus: 'InProgress',
        SecondaryStatus: 'Starting',
        RoleArn: job.roleArn,
        CreationTime: job.createdAt / 1000,
      },
    }
  },
})
