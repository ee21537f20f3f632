/** A refusal in the form of the Graph API. */
export interface GraphRefusal {
  status: number
  code: number
  subcode?: number
  message: string
  type?: string
  transient?: boolean
  /** Minutes, told in the header of the business's use. */
  regainMinutes?: number
  details?: string
}

export class GraphError extends Error {
  readonly refusal: GraphRefusal
  constructor(refusal: GraphRefusal) {
    super(refusal.message)
    this.refusal = refusal
  }
}

const of = (code: number, message: string, more: Partial<GraphRefusal> = {}): GraphRefusal => ({ status: 400, code, message, ...more })

/** What Meta answers, with its codes and words. */
export const graphErrors = {
  tokenExpired: of(190, 'Error validating access token: Session has expired on Tuesday.', { subcode: 463 }),
  callsExceeded: of(613, '(#613) Calls to this api have exceeded the rate limit.'),
  pageCallsExceeded: of(80006, '(#80006) There have been too many messages sent from this Page account.', { regainMinutes: 1 }),
  windowClosed: of(10, '(#10) This message is sent outside of allowed window.', { subcode: 2018278 }),
  otherAppInControl: of(10, '(#10) Another app is controlling this thread now.', { subcode: 2018300 }),
  notTheOwner: of(10, '(#10) Only the app that controls this thread may pass it on.'),
  notPrimary: of(10, '(#10) Only the primary receiver may take control of this thread.'),
  personUnavailable: of(551, "(#551) This person isn't available right now.", { subcode: 1545041 }),
  noSuchUser: of(100, '(#100) No matching user found', { subcode: 2018001 }),
  pageRestricted: of(10, '(#10) The Page is restricted from sending messages.', { subcode: 1893063 }),
  transient: of(2, 'An unexpected error has occurred. Please retry your request later.', { status: 500, transient: true }),
  noProof: of(100, 'API calls from the server require an appsecret_proof argument', { type: 'GraphMethodException' }),
  oldVersion: of(2635, '(#2635) You are calling a deprecated version of the Ads API. Please update to the latest version.'),
  unknownPath: of(2500, 'Unknown path components', { status: 404 }),
  callbackFailed: of(2200, '(#2200) Callback verification failed.'),
  whatsappRate: of(130429, '(#130429) Rate limit hit', { details: 'Cloud API message throughput has been reached.' }),
  whatsappAccountRate: of(80007, '(#80007) The WhatsApp Business Account has reached its rate limit.', { regainMinutes: 1 }),
  whatsappPairRate: of(131056, '(#131056) (Business Account, Consumer Account) pair rate limit hit', {
    details: 'Too many messages sent from the sender phone number to the same recipient phone number in a short period of time.',
  }),
  whatsappUndeliverable: of(131026, '(#131026) Message undeliverable', { details: 'Message Undeliverable.' }),
  whatsappOptedOut: of(131050, '(#131050) User has stopped messages from this business', {
    details: 'Unable to deliver the message. This recipient has chosen to stop receiving messages on WhatsApp from your business.',
  }),
  whatsappWindow: of(131047, '(#131047) Re-engagement message', {
    details: 'Message failed to send because more than 24 hours have passed since the customer last replied to this number.',
  }),
  whatsappLocked: of(131031, '(#131031) Business Account locked', { status: 403 }),
  whatsappTemplateMissing: of(132001, '(#132001) Template name does not exist in the translation', { status: 404 }),
  whatsappTemplateParameters: of(132000, '(#132000) Number of parameters does not match the expected number of params'),
} as const

export const invalid = (message: string): GraphError => new GraphError(of(100, `(#100) ${message}`))

/** The body of a refusal. */
export function bodyOf({ code, subcode, message, type = 'OAuthException', transient, details }: GraphRefusal): object {
  return {
    error: {
      message,
      type,
      code,
      ...(subcode !== undefined && { error_subcode: subcode }),
      ...(transient !== undefined && { is_transient: transient }),
      ...(details && { error_data: { messaging_product: 'whatsapp', details } }),
      fbtrace_id: 'AbCdEfGhIjK',
    },
  }
}
