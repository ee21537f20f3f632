import { onMounted, ref } from 'vue'
import { findSignInChat } from '../api/door.ts'

/** The company's own chat on the sign-in page, where an admin wishes it. `isThere`: leave the page by loading another, or it goes along. */
export function useSignInChat(workspace: () => string | null) {
  const isThere = ref(false)
  onMounted(async () => {
    const answer = await findSignInChat(workspace())
    if (!answer.ok || !answer.data.key) return
    const script = document.createElement('script')
    script.src = '/widget.js'
    script.dataset.channel = answer.data.key
    document.body.append(script)
    isThere.value = true
  })
  return { isThere }
}
