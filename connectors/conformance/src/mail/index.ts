export { type Customer, type MailStandIn, startMailStandIn } from './stand-in.ts'
