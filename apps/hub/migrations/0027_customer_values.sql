CREATE TABLE "customer_values" (
	"workspace_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"field_id" uuid NOT NULL,
	"place" smallint NOT NULL,
	"value" text NOT NULL,
	"key" text collate "C" GENERATED ALWAYS AS (left(translate(lower(value), 'áàâãäåāăąçćčďéèêëēėęěğíìîïīįıķĺľłñńňóòôõöøōőŕřśšşťúùûüūůűųýÿžźżё', 'aaaaaaaaacccdeeeeeeeegiiiiiiiklllnnnoooooooorrssstuuuuuuuuyyzzzе'), 200)) STORED NOT NULL,
	"number" double precision GENERATED ALWAYS AS (case when value ~ '^-?[0-9]{1,15}([.][0-9]{1,9})?$' then value::double precision end) STORED,
	CONSTRAINT "customer_values_workspace_id_customer_id_field_id_place_pk" PRIMARY KEY("workspace_id","customer_id","field_id","place")
);
--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "name_key" text GENERATED ALWAYS AS (translate(lower(name), 'áàâãäåāăąçćčďéèêëēėęěğíìîïīįıķĺľłñńňóòôõöøōőŕřśšşťúùûüūůűųýÿžźżё', 'aaaaaaaaacccdeeeeeeeegiiiiiiiklllnnnoooooooorrssstuuuuuuuuyyzzzе')) STORED;--> statement-breakpoint
ALTER TABLE "identities" ADD COLUMN "name_key" text GENERATED ALWAYS AS (translate(lower(name), 'áàâãäåāăąçćčďéèêëēėęěğíìîïīįıķĺľłñńňóòôõöøōőŕřśšşťúùûüūůűųýÿžźżё', 'aaaaaaaaacccdeeeeeeeegiiiiiiiklllnnnoooooooorrssstuuuuuuuuyyzzzе')) STORED;--> statement-breakpoint
ALTER TABLE "identities" ADD COLUMN "username_key" text GENERATED ALWAYS AS (translate(lower(username), 'áàâãäåāăąçćčďéèêëēėęěğíìîïīįıķĺľłñńňóòôõöøōőŕřśšşťúùûüūůűųýÿžźżё', 'aaaaaaaaacccdeeeeeeeegiiiiiiiklllnnnoooooooorrssstuuuuuuuuyyzzzе')) STORED;--> statement-breakpoint
ALTER TABLE "customer_values" ADD CONSTRAINT "customer_values_workspace_id_customer_id_customers_workspace_id_id_fk" FOREIGN KEY ("workspace_id","customer_id") REFERENCES "public"."customers"("workspace_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "customer_values_key" ON "customer_values" USING btree ("workspace_id","field_id","key","customer_id");--> statement-breakpoint
CREATE INDEX "customer_values_long" ON "customer_values" USING btree ("workspace_id","field_id","customer_id") WHERE length("customer_values"."value") > 200;--> statement-breakpoint
CREATE INDEX "customer_values_number" ON "customer_values" USING btree ("workspace_id","field_id","number","customer_id") INCLUDE ("value") WHERE "customer_values"."number" is not null;
--> statement-breakpoint
-- by hand
-- A value says which field it is of: taken for unrelated, a common one looks rare.
create statistics "customer_values_related" (dependencies, mcv) on "field_id", "key", "value" from "customer_values";--> statement-breakpoint
alter table "customer_values" enable row level security;--> statement-breakpoint
alter table "customer_values" force row level security;--> statement-breakpoint
create policy workspace on "customer_values" using (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid);--> statement-breakpoint
create function keep_customer_values() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    delete from customer_values v where v.workspace_id = new.workspace_id and v.customer_id = new.id;
  end if;
  insert into customer_values (workspace_id, customer_id, field_id, place, value)
    select new.workspace_id, new.id, f.key::uuid, v.place, v.value
    from jsonb_each(new."values") f, jsonb_array_elements_text(f.value) with ordinality v(value, place);
  return null;
end $$;--> statement-breakpoint
create trigger customer_values_made after insert on "customers" for each row when (new."values" <> '{}') execute function keep_customer_values();--> statement-breakpoint
create trigger customer_values_kept after update of "values" on "customers" for each row when (old."values" is distinct from new."values")
  execute function keep_customer_values();--> statement-breakpoint
-- Rows of all workspaces: as their owner, for this statement alone.
alter table "customers" no force row level security;--> statement-breakpoint
alter table "customer_values" no force row level security;--> statement-breakpoint
insert into "customer_values" ("workspace_id", "customer_id", "field_id", "place", "value")
  select c."workspace_id", c."id", f.key::uuid, v.place, v.value
  from "customers" c, jsonb_each(c."values") f, jsonb_array_elements_text(f.value) with ordinality v(value, place);--> statement-breakpoint
alter table "customer_values" force row level security;--> statement-breakpoint
alter table "customers" force row level security;
