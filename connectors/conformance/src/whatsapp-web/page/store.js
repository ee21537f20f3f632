const open = new Promise((resolve, reject) => {
  const opening = indexedDB.open('login', 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore('kept')
  opening.onsuccess = () => resolve(opening.result)
  opening.onerror = () => reject(opening.error)
})

async function within(mode, act) {
  const database = await open
  return new Promise((resolve, reject) => {
    const work = database.transaction('kept', mode, { durability: 'strict' })
    const request = act(work.objectStore('kept'))
    work.oncomplete = () => resolve(request?.result)
    work.onerror = () => reject(work.error)
  })
}

/** The login lives in the browser's own database, as on the real page: a killed browser keeps it. */
export const store = {
  get: (name) => within('readonly', (kept) => kept.get(name)),
  set: (name, value) => within('readwrite', (kept) => kept.put(value, name)),
  clear: () => within('readwrite', (kept) => kept.clear()),
}
