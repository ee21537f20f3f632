import { tagColours } from '@parley/schema/vocabulary'
import { computed, type Ref, watch } from 'vue'
import type { Chat, Customer } from '../api/fragments.ts'
import { createTag, tagChat, tagCustomer } from '../api/tags.ts'
import { useSession } from '../stores/session.ts'
import { useTags } from '../stores/tags.ts'
import { oneByOne } from './oneByOne.ts'
import { type Refused, useAction } from './useAction.ts'

/** Tags on a chat: what is there, putting on, taking off, and making a new one on the way. */
export function useChatTags(chat: Ref<Chat>) {
  const put = useAction(tagChat)
  return useTagging(chat, (chatId, tagId, on) => put.run({ chatId, tagId, on }), put)
}
/** The same for a customer whose profile is there. */
export function useCustomerTags(customer: Ref<Customer>) {
  const put = useAction(tagCustomer)
  return useTagging(customer, (customerId, tagId, on) => put.run({ customerId, tagId, on }), put)
}

function useTagging(
  tagged: Ref<{ id: string; tags: readonly { id: string }[] }>,
  tell: (id: string, tagId: string, on: boolean) => Promise<unknown>,
  telling: { refusal: Ref<Refused | null>; forget: () => void },
) {
  const tags = useTags()
  const session = useSession()
  const create = useAction(createTag)
  const next = oneByOne()

  /** Puts it on, or takes it off, what is shown now, whatever is shown when its turn comes. */
  function put(tagId: string, on: boolean): Promise<unknown> {
    const { id } = tagged.value
    return next(() => tell(id, tagId, on))
  }
  function make(name: string): Promise<void> {
    const { id } = tagged.value
    return next(() => makeFor(id, name))
  }
  /** Colours go round, so that new tags differ from the last ones. */
  async function makeFor(id: string, name: string): Promise<void> {
    const colour = tagColours[tags.all.length % tagColours.length] ?? 'slate'
    const tag = await create.run({ name, colour })
    if (!tag) return
    tags.put(tag)
    await tell(id, tag.id, true)
  }
  watch(
    () => tagged.value.id,
    () => {
      telling.forget()
      create.forget()
    },
  )
  return {
    all: computed(() => tags.all),
    mayCreate: computed(() => session.leadsAll),
    chosen: computed(() => tags.of(tagged.value.tags)),
    put,
    make,
    refusal: computed(() => telling.refusal.value ?? create.refusal.value),
  }
}
