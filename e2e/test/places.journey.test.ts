import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { placesFile } from '../../apps/hub/test/support/places.ts'
import { type Desk, openDesk } from '../src/desk.ts'
import { setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { browse } from '../src/visitor.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-places-'))
let scene: Scene
let desk: Desk

beforeAll(async () => {
  const file = join(folder, 'places.mmdb')
  writeFileSync(file, placesFile({ '127.0.0.0/8': { country: 'BR', city: 'São Paulo' } }))
  scene = await openScene({ GEOIP_FILE: file })
  desk = await openDesk(await setUp(scene))
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(async () => {
  await scene?.end()
  rmSync(folder, { recursive: true })
})

test('a hub that was given a database of places says where visitors are, and rules may ask for countries', async () => {
  await browse(scene, 'Bicycles')
  await desk.page.getByRole('link', { name: 'Visitors' }).click()
  await desk.page.getByTestId('visitor-row').filter({ hasText: 'Brazil' }).waitFor()
  await desk.page.getByRole('button', { name: 'Columns' }).click()
  await desk.page.getByRole('menuitemcheckbox', { name: 'City' }).click()
  await desk.page.getByTestId('visitor-row').filter({ hasText: 'São Paulo' }).waitFor()
  await scene.keep(desk.page, 'places 1440')
  await desk.page.goto('/w/acme/settings/invitations')
  await desk.page.getByTestId('approach-text-create').click()
  await desk.page.getByTestId('approach-text-title').fill('Help')
  await desk.page.getByTestId('approach-words-en').fill('May I help?')
  await desk.page.getByTestId('approach-text-save').click()
  await desk.page.getByTestId('rule-create').click()
  await desk.page.getByTestId('rule-countries').click()
  await desk.page.getByRole('option', { name: 'Brazil' }).click()
  await desk.page.keyboard.press('Escape')
  await desk.page.getByTestId('rule-sentence').getByText('is in Brazil').waitFor()
  await scene.keep(desk.page, 'places rule 1440')
  expect(await desk.page.getByTestId('no-places').count()).toBe(0)
})
