import { type SQL, sql } from 'drizzle-orm'

/** Letters a reader does not tell apart: each of the first stands for the one below it. */
const accented = 'áàâãäåāăąçćčďéèêëēėęěğíìîïīįıķĺľłñńňóòôõöøōőŕřśšşťúùûüūůűųýÿžźżё'
const plain = 'aaaaaaaaacccdeeeeeeeegiiiiiiiklllnnnoooooooorrssstuuuuuuuuyyzzzе'

/** A text without what a reader does not tell apart. */
export const foldedText = (text: SQL): SQL => sql`translate(lower(${text}), ${sql.raw(`'${accented}'`)}, ${sql.raw(`'${plain}'`)})`
