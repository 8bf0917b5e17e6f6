/** What a person does at a host, and how the world says what became of it. */
import { type JournalEntry, type Layer, callAws } from '@studio-gate/twin'
import { explain } from '@studio-gate/policy'
import type { Page } from 'playwright-core'
import type { Observed, Stage } from '../outcome.ts'

/** Each wait in a scenario, in milliseconds: long enough for two busy cores, short enough for a person. */
export const patience = 15_000

/** Logs in to the access portal and clicks the tile; returns when the browser has followed where it leads, or could not. */
export async function signIn(stage: Stage, page: Page, name: string): Promise<void> {
  const person = stage.people.find((candidate) => candidate.name === name)
  if (person === undefined) throw new Error(`nobody in the demo's directory is called \`${name}\``)
  await page.goto(stage.twin.portalUrl, { timeout: patience })
  await page.getByLabel('User name').fill(person.name)
  await page.getByLabel('Password').fill(person.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('link', { name: 'SageMaker Studio' }).or(page.getByRole('button', { name: 'SageMaker Studio' })).first().click()
  await settled(page)
}

/** Waits until the page shows Studio, a refusal, or that nothing answered. */
export async function settled(page: Page): Promise<void> {
  const acsOrLater = (url: URL) => !url.hostname.includes('awsapps.com') && !url.hostname.startsWith('portal.sso.')
  await page.waitForURL(acsOrLater, { timeout: patience, waitUntil: 'domcontentloaded' }).catch(() => undefined)
  await page.waitForLoadState('domcontentloaded', { timeout: patience }).catch(() => undefined)
}
