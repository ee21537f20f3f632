import type { BrowserContext, FrameLocator, Locator, Page } from 'playwright-core'
import { wordsOf } from './desk.ts'

/** A visitor's page with the widget, and what a visitor does there. Names are those of the English widget. */
export interface Shop {
  page: Page
  launcher: Locator
  frame: FrameLocator
  composer: Locator
  /** opens the chat if it is shut */
  open(): Promise<void>
  introduce(name: string, email: string): Promise<void>
  write(text: string): Promise<void>
  /** what is shown of what was said, oldest first, without the greeting */
  texts(): Promise<string[]>
  /** the same after asking for what is older, if there is any */
  allTexts(): Promise<string[]>
  /** where the visitor's newest message got to, in words */
  delivery(): Promise<string>
}

export async function openShop(context: BrowserContext): Promise<Shop> {
  const page = await context.newPage()
  await page.goto('/demo')
  return shopOn(page)
}

export function shopOn(page: Page): Shop {
  const launcher = page.locator('parley-chat > button, parley-chat button').first()
  const frame = page.frameLocator('parley-chat iframe')
  const composer = frame.getByRole('textbox', { name: 'Message' })
  const older = frame.getByRole('button', { name: 'Show older messages' })
  const texts = () => frame.locator('article .bubble').allInnerTexts()
  return {
    page,
    launcher,
    frame,
    composer,
    async open() {
      await launcher.waitFor()
      if ((await launcher.getAttribute('aria-expanded')) !== 'true') await launcher.click()
    },
    async introduce(name, email) {
      await frame.getByLabel('Name').fill(name)
      await frame.getByLabel('E-mail').fill(email)
      await frame.getByRole('button', { name: 'Start chat' }).click()
      await composer.waitFor()
    },
    async write(text) {
      await composer.fill(text)
      await composer.press('Enter')
    },
    texts,
    async allTexts() {
      // What is near is loaded by itself, and the button goes: then there is nothing to press.
      if (await older.isVisible()) await older.press('Enter', { timeout: 500 }).catch(() => {})
      return texts()
    },
    delivery: () => wordsOf(frame.locator('article.own .tick').last()),
  }
}
