import type { Sql } from 'postgres'
import type { Plan } from './faults.ts'

/**
 * Planted mistakes, one at a time, to prove that the harness would notice them. They live in the database or in the harness'
 * own clients, never in the product; only lost wake-ups use its failpoints.
 */
export interface Sabotage {
  name: string
  /** What it stands for. */
  mistake: string
  plant?(sql: Sql): Promise<unknown>
  env?: Record<string, string>
  snapshotFirst?: boolean
  /** The faults that bring it to light, where some cuts and a kill do not. */
  needs?: Partial<Plan>
  /** The chance of each call to a platform to be struck by each misfortune, where it must be high. */
  platformFaults?: number
}

const trigger = (sql: Sql, table: string, when: string, body: string) =>
  sql.unsafe(
    `create function sabotage_${table}() returns trigger language plpgsql as $$ begin ${body} end $$; create trigger sabotage ${when} on ${table} for each row execute function sabotage_${table}()`,
  )

export const sabotages: Sabotage[] = [
  {
    name: 'no unique keys',
    mistake: 'duplicates are told apart by looking first',
    plant: (sql) =>
      sql.unsafe('alter table inbound_keys drop constraint inbound_keys_workspace_id_channel_id_key_pk; drop index messages_external'),
  },
  {
    name: 'numbers from a sequence',
    mistake: 'event numbers are taken before the commit and lost by a rollback',
    needs: { failpointRounds: 1 },
    plant: (sql) =>
      sql.unsafe(`create sequence sabotage_seq; grant usage on sequence sabotage_seq to public;
      select setval('sabotage_seq', (select value from counters where name = 'event'));
      create function sabotage_events() returns trigger language plpgsql as $$ begin new.seq := nextval('sabotage_seq'); return new; end $$;
      create trigger sabotage before insert on events for each row execute function sabotage_events()`),
  },
  {
    name: 'unknown is sent again',
    mistake: 'a send whose answer was lost is tried again',
    platformFaults: 0.12,
    plant: (sql) =>
      trigger(sql, 'outgoing_parts', 'before update', "if new.state = 'unknown' then new.state := 'queued'; end if; return new;"),
  },
  {
    name: 'edits are not parked',
    mistake: 'an edit that comes before its message is dropped',
    needs: { randomKills: 5 },
    plant: (sql) => trigger(sql, 'parked_events', 'before insert', 'return null;'),
  },
  {
    name: 'delivery goes back',
    mistake: 'a later state is overwritten by an earlier one',
    plant: (sql) =>
      trigger(
        sql,
        'messages',
        'before update',
        "if old.delivery = 'sending' and new.delivery = 'sent' and random() < 0.3 then new.delivery := 'queued'; end if; return new;",
      ),
  },
  {
    name: 'order of arrival',
    mistake: 'a late message is shown where it came in',
    plant: (sql) =>
      trigger(
        sql,
        'messages',
        'before insert',
        "if new.late then new.at := date_trunc('milliseconds', clock_timestamp()); end if; return new;",
      ),
  },
  {
    name: 'answered before it is durable',
    needs: { databaseKills: 4 },
    mistake: 'a commit does not wait for the disk',
    plant: async (sql) => {
      for (const statement of [
        'alter database postgres set synchronous_commit = off',
        'alter system set wal_writer_delay = 10000',
        'select pg_reload_conf()',
      ])
        await sql.unsafe(statement)
    },
  },
  {
    name: 'nobody looks',
    mistake: 'wake-ups are lost and nobody looks without one',
    env: { PARLEY_FAILPOINTS: 'skip@bus.wake:1+,skip@feed.look:1+' },
  },
  { name: 'snapshot before subscribe', mistake: 'a console loads first and subscribes then', snapshotFirst: true },
]
