import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startGraphStandIn } from '@parley/conformance/graph'
import { startMailStandIn } from '@parley/conformance/mail'
import { startTelegramStandIn } from '@parley/conformance/telegram'

/** What a channel of a kind is connected with, and how its platform tells of messages. */
export interface Platform {
  kind: string
  options: object
  /** A delivery with these messages, rightly signed, to post at the channel's webhook … */
  delivery?(messages: number[]): { body: string; headers: Record<string, string> }
  /** … or the platform keeps them until they are asked for. */
  say?(n: number): unknown
  /** The most messages of one delivery. */
  most: number
}
export type Platforms = Awaited<ReturnType<typeof startPlatforms>>

const secret = 'a secret of the bench, long enough for all'
const people = 200
const wordsOf = (n: number) => `Message ${n}: does the blue one come in size 54, and when would it be here?`

/** Stand-ins of all kinds that need no browser. */
export async function startPlatforms() {
  const [telegram, graph, mail] = await Promise.all([startTelegramStandIn(), startGraphStandIn(), startMailStandIn()])
  const partner = createServer((request, response) => {
    request.resume().on('end', () => response.end('{"name":"Acme"}'))
  })
  await new Promise<void>((resolve) => partner.listen(0, '127.0.0.1', resolve))
  const partnerUrl = `http://127.0.0.1:${(partner.address() as AddressInfo).port}/`
  const { accounts } = graph
  const meta = { accessToken: graph.token(), appSecret: graph.appSecret(), apiRoot: graph.apiRoot }
  const signedByMeta = (body: string) => ({
    body,
    headers: { 'x-hub-signature-256': `sha256=${createHmac('sha256', graph.appSecret()).update(body).digest('hex')}` },
  })
  const messaging = (object: string, id: string) => (messages: number[]) =>
    signedByMeta(
      JSON.stringify({
        object,
        entry: [
          {
            id,
            time: Date.now(),
            messaging: messages.map((n) => ({
              sender: { id: `9${n % people}` },
              recipient: { id },
              timestamp: Date.now(),
              message: { mid: `${object}-${n}`, text: wordsOf(n) },
            })),
          },
        ],
      }),
    )
  const all: Platform[] = [
    {
      kind: 'telegram',
      options: { botToken: telegram.token(), apiRoot: telegram.apiRoot },
      most: 100,
      say: (n) => telegram.say(wordsOf(n), { from: 30_000 + (n % people) }),
    },
    {
      kind: 'messenger',
      options: { ...meta, appId: accounts.appId, pageId: accounts.pageId },
      most: 25,
      delivery: messaging('page', accounts.pageId),
    },
    {
      kind: 'instagram',
      options: { ...meta, appId: accounts.appId, pageId: accounts.pageId, instagramId: accounts.instagramId },
      most: 25,
      delivery: messaging('instagram', accounts.instagramId),
    },
    {
      kind: 'whatsapp_cloud',
      options: { ...meta, phoneNumberId: accounts.phoneNumberId, businessId: accounts.businessId },
      most: 25,
      delivery: (messages) =>
        signedByMeta(
          JSON.stringify({
            object: 'whatsapp_business_account',
            entry: [
              {
                id: accounts.businessId,
                changes: [
                  {
                    field: 'messages',
                    value: {
                      messaging_product: 'whatsapp',
                      metadata: { display_phone_number: accounts.phoneNumber, phone_number_id: accounts.phoneNumberId },
                      contacts: messages.map((n) => ({
                        profile: { name: `Customer ${n % people}` },
                        wa_id: `55119${n % people}`,
                        user_id: `BR.9${n % people}`,
                      })),
                      messages: messages.map((n) => ({
                        from: `55119${n % people}`,
                        from_user_id: `BR.9${n % people}`,
                        id: `wamid.${n}`,
                        timestamp: String(Math.floor(Date.now() / 1000)),
                        type: 'text',
                        text: { body: wordsOf(n) },
                      })),
                    },
                  },
                ],
              },
            ],
          }),
        ),
    },
    {
      kind: 'partner',
      options: { url: partnerUrl, secret },
      most: 25,
      delivery(messages) {
        const events = messages.map((n) => ({
          id: `e${n}`,
          type: 'message',
          at: Date.now(),
          thread: { id: String(n % people) },
          from: { id: String(n % people), name: `Customer ${n % people}` },
          message: `m${n}`,
          text: wordsOf(n),
        }))
        const body = JSON.stringify({ events })
        const time = Math.floor(Date.now() / 1000)
        return {
          body,
          headers: { 'parley-signature': `t=${time},v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}` },
        }
      },
    },
    {
      kind: 'email',
      options: mail.options,
      most: 1,
      say: (n) =>
        mail.write({
          from: { name: `Customer ${n % people}`, address: `c${n % people}@customer.example` },
          subject: 'A question',
          text: wordsOf(n),
        }),
    },
  ]
  return {
    all,
    hosts: [telegram.apiRoot, graph.apiRoot, partnerUrl].map((url) => new URL(url).host).concat(mail.hosts),
    async stop() {
      partner.closeAllConnections()
      partner.close()
      await Promise.all([telegram.stop(), graph.stop(), mail.stop()])
    },
  }
}
