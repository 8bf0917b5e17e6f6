/** dynalite on a loopback port: the tables themselves. Who may reach them is decided before, by the service. */
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import dynalite from 'dynalite'
import type { Table } from '../../world.ts'

export interface Engine {
  send(
    operation: string,
    input: unknown,
  ): Promise<{ readonly status: number; readonly output: Record<string, unknown> }>
  close(): Promise<void>
}

/** Starts the engine with these tables. */
export async function startEngine(tables: Iterable<Table>): Promise<Engine> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  server.unref()
  const { port } = server.address() as AddressInfo
  const engine: Engine = {
    send: (operation, input) => post(port, operation, input),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  for (const table of tables) await createTable(engine, table)
  return engine
}

async function createTable(engine: Engine, table: Table): Promise<void> {
  const { status, output } = await engine.send('CreateTable', {
    TableName: table.name,
    KeySchema: table.keySchema.map(({ attributeName, keyType }) => ({
      AttributeName: attributeName,
      KeyType: keyType,
    })),
    AttributeDefinitions: table.keySchema.map(({ attributeName }) => ({
      AttributeName: attributeName,
      AttributeType: table.attributeTypes[attributeName] ?? 'S',
    })),
    ProvisionedThroughput: { ReadCapacityUnits: 100, WriteCapacityUnits: 100 },
  })
  if (status !== 200) throw new Error(`table ${table.name} cannot be made: ${String(output.message ?? output.__type)}`)
  // The state changes on a timer even at zero milliseconds.
  for (let attempt = 0; attempt < 100; attempt++) {
    const { output: described } = await engine.send('DescribeTable', { TableName: table.name })
    if ((described.Table as { TableStatus?: string } | undefined)?.TableStatus === 'ACTIVE') return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error(`table ${table.name} does not become active`)
}

/** dynalite wants a signature but does not verify it. */
const anySignature = {
  authorization:
    'AWS4-HMAC-SHA256 Credential=twin/20300101/any/dynamodb/aws4_request, SignedHeaders=host, Signature=none',
  'x-amz-date': '20300101T000000Z',
}

function post(
  port: number,
  operation: string,
  input: unknown,
): Promise<{ status: number; output: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        method: 'POST',
        agent: false,
        headers: {
          ...anySignature,
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': `DynamoDB_20120810.${operation}`,
        },
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          try {
            resolve({ status: response.statusCode ?? 500, output: text === '' ? {} : JSON.parse(text) })
          } catch (error) {
            reject(error)
          }
        })
      },
    )
    sent.on('error', reject)
    sent.end(JSON.stringify(input))
  })
}
