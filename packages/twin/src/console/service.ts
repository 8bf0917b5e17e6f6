import { sendAnswer } from '../services/answer.ts'
import { pageAnswer } from '../services/page.ts'
import type { Service, World } from '../world.ts'

/** Where the browser lands when a presigned URL is no longer good (row 1.24). */
export function consoleUrl(world: World): string {
  return `https://${world.region}.console.aws.amazon.com/console/home?region=${world.region}`
}

/** A sign-in page that nobody can sign in at: expired links end somewhere. */
export function consoleService(world: World): Service {
  const page = {
    title: 'Console sign-in',
    place: 'Management console',
    body: `<section class="card" data-testid="console-sign-in"><h1>Sign in to the console</h1>
<p>A link to Studio that has expired, or a session that has ended, leads here. Open the tile in the access portal again.</p></section>`,
  }
  return {
    name: 'console',
    hostnames: [`${world.region}.console.aws.amazon.com`, 'console.aws.amazon.com', 'signin.aws.amazon.com'],
    async handle(_request, response) {
      sendAnswer(response, pageAnswer(200, page))
    },
  }
}
