import { useState } from 'preact/hooks'
import type { State } from '../store/state.ts'
import { IconButton } from './Icon.tsx'
import { useUi } from './ui.ts'

/** Whose chat this is and whether someone is there: by word and by shape, a full ring or an empty one. */
export function Header({ state }: { state: State }) {
  const { chat: own, say, sound, close } = useUi()
  const [ringing, setRinging] = useState(sound.isOn())
  const { site, chat } = state
  const helper = chat?.state === 'serving' ? chat.operatorName : undefined

  function toggleSound() {
    sound.set(!ringing)
    setRinging(!ringing)
  }

  return (
    <div class="head">
      {helper && chat?.operatorAvatarUrl && <img class="face large" src={chat.operatorAvatarUrl} alt="" />}
      {!helper && site?.logoUrl && <img class="logo" src={site.logoUrl} alt="" />}
      <div class="who">
        <h1 dir="auto">{site?.name ?? ' '}</h1>
        {site && (
          <p role="status">
            <span class={site.online ? 'dot here' : 'dot'} />
            {helper ? say('serving', { name: helper }) : say(site.online ? 'online' : 'offline')}
          </p>
        )}
      </div>
      {chat && chat.state !== 'closed' && <IconButton icon="end" says={say('end')} does={() => own.store.set({ ending: chat.id })} />}
      <IconButton icon={ringing ? 'sound' : 'mute'} says={say('sound')} pressed={ringing} does={toggleSound} />
      {close && <IconButton icon="close" says={say('close')} does={close} />}
    </div>
  )
}
