/** A template that cannot become a world: what stands where, and what could stand there. Bad configuration at start-up. */
export class DeployError extends Error {
  override readonly name = 'DeployError'
  /** Such as `Resources.GateFunction.Properties.Code.S3Key`. */
  readonly path: string

  constructor(path: string, message: string) {
    super(`${path}: ${message}`)
    this.path = path
  }
}
