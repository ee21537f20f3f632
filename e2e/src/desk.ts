import type { BrowserContext, Locator, Page } from 'playwright-core'

/** An operator's page, and what an operator does there. Names are those of the English screens. */
export interface Desk {
  page: Page
  rows: Locator
  composer: Locator
  messages: Locator
  tab(name: 'new' | 'mine' | 'others' | 'all' | 'closed'): Promise<void>
  /** opens the customer's chat from the list that is shown */
  open(customer: string): Promise<void>
  take(): Promise<void>
  /** in one's own menu */
  choosePresence(name: 'Online' | 'Busy' | 'Offline'): Promise<void>
  write(text: string): Promise<void>
  /** what is written, once it can go: its files are with the hub */
  send(): Promise<void>
  /** the texts of the open chat, oldest first, with those still on their way */
  texts(): Promise<string[]>
  /** the texts that the hub has, in its order */
  arrived(): Promise<string[]>
  /** where the newest message of ours got to, in words */
  delivery(): Promise<string>
}

export async function openDesk(context: BrowserContext, workspace = 'acme'): Promise<Desk> {
  const page = await context.newPage()
  await page.goto(`/w/${workspace}/inbox`)
  const desk = deskOn(page)
  await page.getByTestId('section-new').waitFor()
  return desk
}

export function deskOn(page: Page): Desk {
  const rows = page.getByTestId('chat-row')
  const composer = page.getByTestId('composer')
  const messages = page.getByTestId('message')
  const send = async () => {
    await page.locator('[data-testid=send]:enabled').waitFor()
    await composer.press('Enter')
  }
  return {
    page,
    rows,
    composer,
    messages,
    tab: (name) => page.getByTestId(`section-${name}`).click(),
    open: (customer) => rows.filter({ hasText: customer }).click(),
    async take() {
      await page.getByTestId('take').click()
      // What can be done to a chat is other once it is one's own: the buttons move.
      await page.getByTestId('take').waitFor({ state: 'detached' })
    },
    async choosePresence(name) {
      await page.getByTestId('me').click()
      await page.getByRole('menuitemcheckbox', { name }).click()
      await page.getByRole('menu').waitFor({ state: 'detached' })
    },
    async write(text) {
      await composer.fill(text)
      await send()
    },
    send,
    texts: () => page.getByTestId('message-text').allInnerTexts(),
    arrived: () => page.locator('[data-testid=message]:not([data-pending])').getByTestId('message-text').allInnerTexts(),
    delivery: async () => (await page.getByTestId('delivery').allInnerTexts()).at(-1) ?? '',
  }
}

/** What a person reads there now; nothing is waited for. */
export const wordsOf = async (place: Locator): Promise<string> => (await place.allInnerTexts()).join(' ').trim()
