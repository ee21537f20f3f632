/** Evented models in the manner of the page: `change:<name>` on the model and on its collection. */
export class Emitter {
  #handlers = new Map()

  on(names, handler) {
    for (const name of names.split(' ')) {
      if (!this.#handlers.has(name)) this.#handlers.set(name, new Set())
      this.#handlers.get(name).add(handler)
    }
    return this
  }

  off(names, handler) {
    for (const name of names.split(' ')) this.#handlers.get(name)?.delete(handler)
    return this
  }

  once(name, handler) {
    const first = (...given) => {
      this.off(name, first)
      handler(...given)
    }
    return this.on(name, first)
  }

  emit(name, ...given) {
    for (const handler of [...(this.#handlers.get(name) ?? [])]) handler(...given)
  }
}

export class Model extends Emitter {
  #collection

  constructor(attributes = {}) {
    super()
    Object.assign(this, attributes)
  }

  joins(collection) {
    this.#collection = collection
  }

  set(name, value) {
    if (typeof name === 'object') {
      for (const [each, its] of Object.entries(name)) this.set(each, its)
      return
    }
    const before = this[name]
    if (before === value) return
    this[name] = value
    for (const target of [this, this.#collection]) {
      target?.emit(`change:${name}`, this, value, before)
      target?.emit('change', this)
    }
  }

  serialize() {
    return plain({ ...this })
  }

  unsafe() {
    return this
  }
}

export class Collection extends Emitter {
  #models = new Map()

  add(model) {
    model.joins(this)
    this.#models.set(nameOf(model.id), model)
    this.emit('add', model)
    return model
  }

  remove(id) {
    const model = this.get(id)
    this.#models.delete(nameOf(id))
    if (model) this.emit('remove', model)
    return model
  }

  get(id) {
    return this.#models.get(nameOf(id))
  }

  async find(id) {
    const model = this.get(id)
    if (!model) throw new Error(`not found: ${nameOf(id)}`)
    return model
  }

  getModelsArray() {
    return [...this.#models.values()]
  }
}

const nameOf = (id) => String(id?._serialized ?? id)

/** As it can be told to another process: no functions, no models. */
export function plain(value) {
  if (value === null || typeof value !== 'object') return value
  if (value instanceof Model) return value.serialize()
  if (value instanceof Collection) return value.getModelsArray().map(plain)
  if (ArrayBuffer.isView(value)) return [...value]
  if (Array.isArray(value)) return value.map(plain)
  const told = Object.entries(value).filter(([, each]) => typeof each !== 'function')
  return Object.fromEntries(told.map(([name, each]) => [name, plain(each)]))
}

class Wid {
  constructor(user, server) {
    this.server = server
    this.user = user
    this._serialized = `${user}@${server}`
  }

  isLid() {
    return this.server === 'lid'
  }

  isUser() {
    return this.server === 'c.us' || this.isLid()
  }

  isGroup() {
    return this.server === 'g.us'
  }

  isStatus() {
    return this.user === 'status'
  }

  toString() {
    return this._serialized
  }

  toJid() {
    return this._serialized.replace('@c.us', '@s.whatsapp.net')
  }

  equals(other) {
    return other?._serialized === this._serialized
  }
}

export function createWid(given) {
  if (given instanceof Wid) return given
  const [user, server] = nameOf(given).split('@')
  if (!user || !server) throw new Error('wid error: invalid wid')
  return new Wid(user, server === 's.whatsapp.net' ? 'c.us' : server)
}

export class MsgKey {
  constructor({ from, to, id, participant, selfDir, fromMe, remote }) {
    this.fromMe = fromMe ?? selfDir === 'out'
    this.remote = createWid(remote ?? (this.fromMe ? to : from))
    this.id = id
    if (participant) this.participant = createWid(participant)
    this._serialized = [this.fromMe, this.remote._serialized, id, ...(participant ? [this.participant._serialized] : [])].join('_')
  }

  toString() {
    return this._serialized
  }

  static async newId() {
    const bytes = [...crypto.getRandomValues(new Uint8Array(9))]
    return `3EB0${bytes.map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('')}`
  }

  static fromString(text) {
    const [fromMe, remote, id, participant] = text.split('_')
    return new MsgKey({ fromMe: fromMe === 'true', remote, id, participant })
  }
}
