/** Answers AWS calls on loopback, at once and without asking who calls: what remains is the caller's own time. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface AwsStub extends AsyncDisposable {
  readonly url: string
  /** Calls since the last time this was asked. */
  takeCalls(): readonly string[]
}

const session = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIABENCHBENCHBENCH0</AccessKeyId><SecretAccessKey>bench</SecretAccessKey><SessionToken>bench</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult><ResponseMetadata><RequestId>bench</RequestId></ResponseMetadata></AssumeRoleResponse>`

/** `answers`: bodies of JSON protocols by `x-amz-target`. STS's AssumeRole, a query protocol, is always answered. */
export async function startAwsStub(answers: Readonly<Record<string, object>>): Promise<AwsStub> {
  let calls: string[] = []
  const server = createServer(async (request, response) => {
    const target = request.headers['x-amz-target']
    const body = await read(request)
    const name = typeof target === 'string' ? target : (new URLSearchParams(body).get('Action') ?? request.url ?? '')
    calls.push(name)
    const answer = answers[name]
    if (name === 'AssumeRole') response.writeHead(200, { 'content-type': 'text/xml' }).end(session)
    else if (answer !== undefined) {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer))
    } else {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' }).end('{"__type":"ValidationException"}')
    }
  })
  await new Promise<void>((listening, failed) => {
    server.once('error', failed).listen(0, '127.0.0.1', listening)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeCalls: () => {
      const taken = calls
      calls = []
      return taken
    },
    [Symbol.asyncDispose]: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

async function read(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return text
}
