export { browserFor } from './browser.ts'
export type { WireMessage } from './ledger.ts'
export { startWhatsAppWebStandIn, type WhatsAppWebStandIn } from './server.ts'
