import { ref } from 'vue'
import { getMailing, type Mailing, sendTestMail } from '../api/mailing.ts'
import { useAction } from './useAction.ts'
import { useLineBack } from './useLineBack.ts'

/** How this hub sends mail, and trying it out. What is known stays where nothing can be asked. */
export function useMailing() {
  const mailing = ref<Mailing | null>(null)
  const failed = ref(false)
  const test = useAction(sendTestMail)
  const tested = ref<{ to: string; taken: boolean; failure: string | null } | null>(null)

  async function load(): Promise<void> {
    failed.value = false
    try {
      mailing.value = await getMailing()
    } catch {
      failed.value = mailing.value === null
    }
  }
  void load()
  useLineBack(load)
  async function tryOut(): Promise<void> {
    tested.value = null
    tested.value = await test.run()
    await load()
  }
  return { mailing, failed, test, tested, load, tryOut }
}
