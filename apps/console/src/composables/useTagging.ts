import { tagColours } from '@parley/schema/vocabulary'
import { computed, type Ref } from 'vue'
import type { Chat, Customer } from '../api/fragments.ts'
import { createTag, tagChat, tagCustomer } from '../api/tags.ts'
import { useSession } from '../stores/session.ts'
import { useTags } from '../stores/tags.ts'
import { type Refused, useAction } from './useAction.ts'

/** Tags on a chat: what is there, putting on, taking off, and making a new one on the way. */
export function useChatTags(chat: Ref<Chat>) {
  const put = useAction(tagChat)
  return useTagging(
    computed(() => chat.value.tags),
    (tagId, on) => put.run({ chatId: chat.value.id, tagId, on }),
    put.refusal,
  )
}
/** The same for a customer whose profile is there. */
export function useCustomerTags(customer: Ref<Customer>) {
  const put = useAction(tagCustomer)
  return useTagging(
    computed(() => customer.value.tags),
    (tagId, on) => put.run({ customerId: customer.value.id, tagId, on }),
    put.refusal,
  )
}

function useTagging(
  chosen: Ref<readonly { id: string }[]>,
  put: (tagId: string, on: boolean) => Promise<unknown>,
  refusal: Ref<Refused | null>,
) {
  const tags = useTags()
  const session = useSession()
  const create = useAction(createTag)

  /** Colours go round, so that new tags differ from the last ones. */
  async function make(name: string): Promise<void> {
    const colour = tagColours[tags.all.length % tagColours.length] ?? 'slate'
    const tag = await create.run({ name, colour })
    if (!tag) return
    tags.put(tag)
    await put(tag.id, true)
  }
  return {
    all: computed(() => tags.all),
    mayCreate: computed(() => session.leadsAll),
    chosen: computed(() => tags.of(chosen.value)),
    put,
    make,
    refusal: computed(() => refusal.value ?? create.refusal.value),
  }
}
