import { ref, watch } from 'vue'
import { answerRequest, findRequest, getRequestWords, type Request, type RequestWords, updateRequest } from '../api/requests.ts'
import { useChanges } from '../stores/changes.ts'
import { useAction } from './useAction.ts'
import { useLineBack } from './useLineBack.ts'

/** One request with all that was said, asked anew whenever one has changed; changing and answering it. */
export function useRequest(id: () => string) {
  const changes = useChanges()
  const request = ref<Request | null>(null)
  const words = ref<RequestWords | null>(null)
  const status = ref<'loading' | 'ready' | 'gone' | 'failed'>('loading')
  let asked = 0

  async function load(): Promise<void> {
    const turn = ++asked
    try {
      const [found, settings] = await Promise.all([findRequest(id()), words.value ?? getRequestWords()])
      if (turn !== asked) return
      request.value = found
      words.value = settings
      status.value = found ? 'ready' : 'gone'
    } catch {
      if (turn === asked && status.value !== 'ready') status.value = 'failed'
    }
  }
  watch(id, () => {
    request.value = null
    status.value = 'loading'
    change.forget()
    answer.forget()
    void load()
  })
  watch(() => changes.requests, load)
  useLineBack(load)
  const change = useAction(updateRequest)
  const answer = useAction(answerRequest)
  void load()
  return { request, words, status, load, change, answer }
}
