import { modules } from './modules.js'
import { modulesAsked, version, wire } from './state.js'

window.require = (name) => {
  modulesAsked.add(name)
  wire.tell('page.asks', { name, known: name in modules })
  if (!(name in modules)) throw new Error(`Requiring unknown module "${name}"`)
  return modules[name]
}
window.addEventListener('error', ({ message }) => wire.tell('page.error', { message }))
window.addEventListener('unhandledrejection', ({ reason }) => wire.tell('page.error', { message: String(reason?.stack ?? reason) }))
wire.connect()
// The library waits for this before it asks for anything.
window.Debug = { VERSION: version }
