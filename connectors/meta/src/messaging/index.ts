export { connectMessaging, type MessagingSettings } from './connection.ts'
export { parseMessaging } from './inbound.ts'
export { planMessaging } from './outbound.ts'
