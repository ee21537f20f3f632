import { sql } from 'drizzle-orm'
import { boolean, index, inet, integer, jsonb, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { foldedText } from '../fold.ts'
import { channels } from './channel.ts'
import { id, moment, within, workspaceId } from './columns.ts'

/** When a field of a profile was last changed, and by whom; null: the hub, by what a platform told. */
export interface FieldChange {
  version: number
  operatorId: string | null
  at: string
  /** A visitor of a website said it himself, or its page did. */
  visitor?: true
}

/**
 * What two numbers of one phone have in common, as SQL over a column of E.164: the ninth digit of Brazilian mobiles, the 1 of
 * Mexican and the 9 of Argentinian ones stand in one and are left out of the other.
 */
export const phoneKey = (column: string): string =>
  `regexp_replace(regexp_replace(${column}, '^([+]55[0-9]{2})9([6-9][0-9]{7})$', '\\1\\2'), '^([+]52)1([0-9]{10})$|^([+]54)9([0-9]{10})$', '\\1\\2\\3\\4')`

export const customers = pgTable(
  'customers',
  {
    workspaceId: workspaceId(),
    id: id(),
    name: text('name'),
    /** As filters read it: reading every name anew without case and accents takes ten times as long. */
    nameKey: text('name_key').generatedAlwaysAs(foldedText(sql.raw('name'))),
    email: text('email'),
    /** As it was typed or told. */
    phone: text('phone'),
    /** The same as E.164; null where it is no number that can be called. */
    phoneE164: text('phone_e164'),
    /** CPF or CNPJ: its digits and letters alone. */
    taxId: text('tax_id'),
    /** What the company's own fields hold, by their ids. */
    values: jsonb('values').$type<Record<string, string[]>>().notNull().default({}),
    /** Rises with every change of the profile. */
    version: integer('version').notNull().default(1),
    changedAt: moment('changed_at').notNull().defaultNow(),
    /** The last change of each field, by its name or, for the company's own, its id. */
    changes: jsonb('changes').$type<Record<string, FieldChange>>().notNull().default({}),
    /** Since an operator has filled in who this is. */
    registeredAt: moment('registered_at'),
    /** Found to be the same person: everything of his is there now. */
    mergedIntoId: uuid('merged_into_id'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    within([t.workspaceId, t.mergedIntoId], [t.workspaceId, t.id]),
    index('customers_email').on(t.workspaceId, sql`lower(${t.email})`).where(sql`${t.email} is not null`),
    index('customers_phone')
      .on(t.workspaceId, sql.raw(phoneKey('phone_e164')))
      .where(sql`${t.phoneE164} is not null`),
    index('customers_tax_id').on(t.workspaceId, t.taxId).where(sql`${t.taxId} is not null`),
  ],
)

export const identities = pgTable(
  'identities',
  {
    workspaceId: workspaceId(),
    id: id(),
    channelId: uuid('channel_id').notNull(),
    customerId: uuid('customer_id').notNull(),
    /** The platform's id of the account. */
    externalId: text('external_id').notNull(),
    name: text('name'),
    username: text('username'),
    nameKey: text('name_key').generatedAlwaysAs(foldedText(sql.raw('name'))),
    usernameKey: text('username_key').generatedAlwaysAs(foldedText(sql.raw('username'))),
    phone: text('phone'),
    phoneE164: text('phone_e164'),
    email: text('email'),
    language: text('language'),
    /** False once the platform said that this person blocked or left the channel. */
    reachable: boolean('reachable').notNull().default(true),
    /** Who a visitor is to the website, as it has signed: the same on all his devices; null: nobody has said. */
    signedId: text('signed_id'),
    /** Where a visitor of a website last wrote from; null on other channels. */
    address: inet('address'),
    /** When a visitor of a website was last connected; null on other channels. */
    seenAt: moment('seen_at'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    unique('identities_external').on(t.workspaceId, t.channelId, t.externalId),
    unique('identities_signed').on(t.workspaceId, t.channelId, t.signedId),
    index('identities_customer').on(t.workspaceId, t.customerId),
    index('identities_address').on(t.workspaceId, t.address).where(sql`${t.address} is not null`),
    index('identities_phone')
      .on(t.workspaceId, sql.raw(phoneKey('phone_e164')))
      .where(sql`${t.phoneE164} is not null`),
    within([t.workspaceId, t.channelId], [channels.workspaceId, channels.id]),
    within([t.workspaceId, t.customerId], [customers.workspaceId, customers.id]),
  ],
)

/** What a visitor's browser shows to be himself again; only its hash is kept. */
export const visitorTokens = pgTable(
  'visitor_tokens',
  {
    workspaceId: workspaceId(),
    tokenHash: text('token_hash').notNull(),
    channelId: uuid('channel_id').notNull(),
    identityId: uuid('identity_id').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    seenAt: moment('seen_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.tokenHash] }),
    within([t.workspaceId, t.identityId], [identities.workspaceId, identities.id]),
  ],
)

/** Tokens by which a website has said who a visitor is: each lets one browser in. */
export const identityTokens = pgTable(
  'identity_tokens',
  {
    workspaceId: workspaceId(),
    tokenHash: text('token_hash').notNull(),
    identityId: uuid('identity_id').notNull(),
    expiresAt: moment('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.tokenHash] }),
    within([t.workspaceId, t.identityId], [identities.workspaceId, identities.id]),
  ],
)
