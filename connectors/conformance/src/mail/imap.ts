import type { Socket } from 'node:net'
import { type Arg, type Command, commandsFrom, readCommand } from './command.ts'
import { parseMime } from './mime.ts'
import { searched } from './search.ts'
import { bodyStructure, envelope, quoted, sectionOf } from './structure.ts'
import { type Folder, inRange, type Kept, type World } from './world.ts'

/** What the IMAP side of the stand-in asks of the rest. */
export interface ImapHouse {
  world: World
  admits(user: string, password: string): boolean
  /** Counts a command; answers in what words it fails, if it does. */
  called(name: string, rest: string): string | undefined
  /** A command or a question the stand-in does not know. */
  unknown(what: string): void
  ready(): Promise<void>
}

const capability = 'IMAP4rev1 LITERAL+ IDLE UIDPLUS SPECIAL-USE'

/** IMAP4rev1, as far as a mailbox is read, watched and added to. */
export function welcomeImap(socket: Socket, house: ImapHouse): void {
  let signedIn = false
  let selected: Folder | undefined
  let idle: string | undefined
  let turn = Promise.resolve()
  const say = (...lines: (string | Buffer)[]) => {
    if (socket.destroyed) return
    socket.cork()
    for (const line of lines) socket.write(line)
    socket.write('\r\n')
    socket.uncork()
  }
  /** How many letters the client knows of: what is new is told with the next answer, or at once to who waits. */
  let told = 0
  const tellNews = () => {
    if (!selected || selected.letters.length === told) return
    told = selected.letters.length
    say(`* ${told} EXISTS`)
  }
  const unwatch = house.world.watch((folder) => {
    if (folder === selected && idle !== undefined) tellNews()
  })
  socket.once('close', unwatch)

  async function answer(line: string, literals: Buffer[]): Promise<void> {
    await house.ready()
    if (idle !== undefined && /^DONE$/i.test(line)) {
      say(`${idle} OK idled`)
      idle = undefined
      return
    }
    const command = readCommand(line, literals)
    const refusal = house.called(command.name, command.rest)
    if (refusal) return say(`${command.tag} ${refusal}`)
    const known = commands[command.name]
    if (!known) {
      house.unknown(command.name)
      return say(`${command.tag} BAD what is ${command.name}?`)
    }
    if (!signedIn && !beforeLogin.has(command.name)) return say(`${command.tag} NO sign in first`)
    known(command)
  }

  const ok = ({ tag, name }: Command, words = '') => {
    tellNews()
    say(`${tag} OK ${words}${words && ' '}${name} done`)
  }
  const no = ({ tag }: Command, words: string) => say(`${tag} NO ${words}`)

  const commands: Record<string, (command: Command) => void> = {
    CAPABILITY(command) {
      say(`* CAPABILITY ${capability}`)
      ok(command)
    },
    NOOP(command) {
      ok(command)
    },
    LOGIN(command) {
      signedIn = house.admits(textOf(command.args[0]), textOf(command.args[1]))
      if (signedIn) ok(command, `[CAPABILITY ${capability}]`)
      else no(command, '[AUTHENTICATIONFAILED] Invalid credentials')
    },
    LOGOUT(command) {
      say('* BYE until next time')
      ok(command)
      socket.end()
    },
    NAMESPACE(command) {
      say('* NAMESPACE (("" "/")) NIL NIL')
      ok(command)
    },
    LIST: (command) => listFolders(command, 'LIST'),
    LSUB: (command) => listFolders(command, 'LSUB'),
    CREATE: (command) => no(command, '[ALREADYEXISTS] there are enough folders'),
    SELECT: (command) => select(command, 'READ-WRITE'),
    EXAMINE: (command) => select(command, 'READ-ONLY'),
    CLOSE(command) {
      selected = undefined
      ok(command)
    },
    IDLE({ tag }) {
      idle = tag
      say('+ idling')
      tellNews()
    },
    'UID SEARCH'(command) {
      const found = searched(selected?.letters ?? [], command.args, house.unknown)
      say(`* SEARCH${found.map(({ uid }) => ` ${uid}`).join('')}`)
      ok(command)
    },
    'UID FETCH'(command) {
      const [range] = command.args
      for (const letter of inRange(selected?.letters ?? [], textOf(range))) say(...fetched(letter, command.rest, selected, house))
      ok(command)
    },
    'UID STORE'(command) {
      for (const letter of inRange(selected?.letters ?? [], textOf(command.args[0])))
        for (const flag of flat(command.args.slice(2))) letter.flags.add(flag)
      ok(command)
    },
    APPEND(command) {
      const path = textOf(command.args[0])
      const source = command.args.findLast(Buffer.isBuffer)
      const flags = command.args.flatMap((arg) => (Array.isArray(arg) ? flat(arg) : []))
      const folder = house.world.folder(path)
      if (!folder || !source) return no(command, '[TRYCREATE] no such folder')
      const { uid } = house.world.put(path, Buffer.from(source), Date.now(), flags)
      ok(command, `[APPENDUID ${folder.uidValidity} ${uid}]`)
    },
  }

  function listFolders(command: Command, word: string) {
    const pattern = textOf(command.args[1])
    for (const { path, specialUse } of house.world.folders)
      if (pattern === '*' || pattern === '%' || pattern.toLowerCase() === path.toLowerCase())
        say(`* ${word} (\\HasNoChildren${specialUse && word === 'LIST' ? ` ${specialUse}` : ''}) "/" ${quoted(path)}`)
    ok(command)
  }

  function select(command: Command, mode: string) {
    selected = house.world.folder(textOf(command.args[0]))
    if (!selected) return no(command, '[NONEXISTENT] no such folder')
    say('* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)')
    told = selected.letters.length
    say(`* ${told} EXISTS`)
    say('* 0 RECENT')
    say(`* OK [UIDVALIDITY ${selected.uidValidity}] numbers`)
    say(`* OK [UIDNEXT ${selected.uidNext}] next`)
    ok(command, `[${mode}]`)
  }

  commandsFrom(socket, (line, literals) => {
    turn = turn.then(() => answer(line, literals)).catch((error) => say(`* BAD ${String(error)}`))
  })
  say('* OK the stand-in listens')
}

const beforeLogin = new Set(['CAPABILITY', 'NOOP', 'LOGIN', 'LOGOUT'])

const textOf = (arg: Arg | undefined): string => (typeof arg === 'string' ? arg : Buffer.isBuffer(arg) ? arg.toString('utf8') : '')
const flat = (args: Arg[]): string[] => args.flatMap((arg) => (Array.isArray(arg) ? flat(arg) : [textOf(arg)]))

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
function internalDate(at: number): string {
  const [day, time] = new Date(at).toISOString().split('T') as [string, string]
  const [year, month, date] = day.split('-')
  return `"${date}-${months[Number(month) - 1]}-${year} ${time.slice(0, 8)} +0000"`
}

function fetched(letter: Kept, asked: string, folder: Folder | undefined, house: ImapHouse): (string | Buffer)[] {
  const seq = (folder?.letters.indexOf(letter) ?? 0) + 1
  const parts: (string | Buffer)[] = []
  const node = parseMime(letter.source)
  const items = asked.slice(asked.indexOf(' ') + 1).replace(/^\(|\)$/g, '')
  for (const [one, , section, start, length] of items.matchAll(/(BODY(?:\.PEEK)?)\[([^\]]*)\](?:<(\d+)(?:\.(\d+))?>)?|[A-Z0-9.]+/gi)) {
    const space = parts.length ? ' ' : ''
    if (section !== undefined) {
      const whole = sectionOf(letter.source, section)
      const from = start === undefined ? '' : `<${start}>`
      if (!whole) parts.push(`${space}BODY[${section}]${from} NIL`)
      else {
        const bytes = start === undefined ? whole : whole.subarray(Number(start), Number(start) + Number(length ?? whole.length))
        parts.push(`${space}BODY[${section}]${from} {${bytes.length}}\r\n`, bytes)
      }
      continue
    }
    const plain = plainItems[one.toUpperCase()]
    if (plain) parts.push(`${space}${one.toUpperCase()} ${plain(letter, node)}`)
    else house.unknown(`FETCH ${one}`)
  }
  return [`* ${seq} FETCH (`, ...parts, ')']
}

const plainItems: Record<string, (letter: Kept, node: ReturnType<typeof parseMime>) => string> = {
  UID: ({ uid }) => String(uid),
  FLAGS: ({ flags }) => `(${[...flags].join(' ')})`,
  INTERNALDATE: ({ at }) => internalDate(at),
  'RFC822.SIZE': ({ source }) => String(source.length),
  ENVELOPE: (_, node) => envelope(node),
  BODYSTRUCTURE: (_, node) => bodyStructure(node),
}
