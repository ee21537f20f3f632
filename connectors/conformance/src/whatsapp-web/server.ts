import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { generate } from 'selfsigned'
import { WebSocketServer } from 'ws'
import { createAccount } from './account.ts'
import { createCustomers } from './customers.ts'
import { createDevice, type DeviceOptions } from './device.ts'
import { createFaults } from './faults.ts'
import { count, emptyLedger } from './ledger.ts'
import { servePages } from './pages.ts'

/**
 * WhatsApp's servers, the phone of an account and its customers, on loopback; the page they serve stands in for WhatsApp
 * Web as whatsapp-web.js 1.34.7 knows it. A browser is led here by `browserFor`.
 */
export async function startWhatsAppWebStandIn(options: Partial<DeviceOptions> = {}) {
  const account = createAccount()
  const ledger = emptyLedger()
  const faults = createFaults()
  const device = createDevice(account, ledger, faults, { qrMs: 20_000, syncMs: 50, ...options })
  let vanished = false

  const { private: key, cert } = await generate([{ name: 'commonName', value: 'web.whatsapp.com' }], { keyType: 'ec' })
  const server = https.createServer({ key, cert }, (request, response) => void servePages(account, faults, request, response))
  server.on('connection', (connection) => {
    count(ledger, 'connection')
    if (vanished) connection.destroy()
  })
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', device.attach)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    account,
    ledger,
    device,
    ...createCustomers(account, device),
    port: (server.address() as AddressInfo).port,
    fault: faults.add,
    clearFaults: faults.clear,
    /** Connections are cut and refused until `recover`. */
    vanish() {
      vanished = true
      for (const client of sockets.clients) client.terminate()
      server.closeAllConnections()
    },
    recover() {
      vanished = false
      device.hang(false)
      faults.clear()
    },
    async stop() {
      device.end()
      for (const client of sockets.clients) client.terminate()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export type WhatsAppWebStandIn = Awaited<ReturnType<typeof startWhatsAppWebStandIn>>
