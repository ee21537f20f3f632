CREATE TABLE "customer_fields" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"key" text NOT NULL,
	"label" text NOT NULL,
	"type" text NOT NULL,
	"options" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"required" boolean DEFAULT false NOT NULL,
	"position" integer NOT NULL,
	"archived_at" timestamp (6) with time zone,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "customer_fields_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "customer_fields_key" UNIQUE("workspace_id","key")
);
--> statement-breakpoint
CREATE TABLE "notes" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"author_id" uuid NOT NULL,
	"text" text,
	"client_id" text NOT NULL,
	"at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"edited_at" timestamp (6) with time zone,
	"removed_at" timestamp (6) with time zone,
	CONSTRAINT "notes_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "notes_client" UNIQUE("workspace_id","author_id","client_id")
);
--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "phone_e164" text;--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "tax_id" text;--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "values" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "changed_at" timestamp (6) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "changes" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "registered_at" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "merged_into_id" uuid;--> statement-breakpoint
ALTER TABLE "identities" ADD COLUMN "phone_e164" text;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "country" text;--> statement-breakpoint
ALTER TABLE "notes" ADD CONSTRAINT "notes_workspace_id_customer_id_customers_workspace_id_id_fk" FOREIGN KEY ("workspace_id","customer_id") REFERENCES "public"."customers"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notes" ADD CONSTRAINT "notes_workspace_id_author_id_operators_workspace_id_id_fk" FOREIGN KEY ("workspace_id","author_id") REFERENCES "public"."operators"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "notes_customer" ON "notes" USING btree ("workspace_id","customer_id","id");--> statement-breakpoint
ALTER TABLE "customers" ADD CONSTRAINT "customers_workspace_id_merged_into_id_customers_workspace_id_id_fk" FOREIGN KEY ("workspace_id","merged_into_id") REFERENCES "public"."customers"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "customers_email" ON "customers" USING btree ("workspace_id",lower("email")) WHERE "customers"."email" is not null;--> statement-breakpoint
CREATE INDEX "customers_phone" ON "customers" USING btree ("workspace_id",regexp_replace(regexp_replace(phone_e164, '^([+]55[0-9]{2})9([6-9][0-9]{7})$', '\1\2'), '^([+]52)1([0-9]{10})$|^([+]54)9([0-9]{10})$', '\1\2\3\4')) WHERE "customers"."phone_e164" is not null;--> statement-breakpoint
CREATE INDEX "customers_tax_id" ON "customers" USING btree ("workspace_id","tax_id") WHERE "customers"."tax_id" is not null;--> statement-breakpoint
CREATE INDEX "identities_phone" ON "identities" USING btree ("workspace_id",regexp_replace(regexp_replace(phone_e164, '^([+]55[0-9]{2})9([6-9][0-9]{7})$', '\1\2'), '^([+]52)1([0-9]{10})$|^([+]54)9([0-9]{10})$', '\1\2\3\4')) WHERE "identities"."phone_e164" is not null;
--> statement-breakpoint
-- Rows of all workspaces: as their owner, for these statements alone.
alter table "customers" no force row level security;--> statement-breakpoint
alter table "identities" no force row level security;--> statement-breakpoint
update "identities" set "phone_e164" = '+' || regexp_replace("phone", '[^0-9]', '', 'g') where regexp_replace("phone", '[^0-9]', '', 'g') ~ '^[1-9][0-9]{7,14}$';--> statement-breakpoint
update "customers" set "phone_e164" = '+' || regexp_replace("phone", '[^0-9]', '', 'g')
  where "phone" like '+%' and regexp_replace("phone", '[^0-9]', '', 'g') ~ '^[1-9][0-9]{7,14}$';--> statement-breakpoint
update "customers" c set "phone_e164" = i."phone_e164" from "identities" i
  where i."workspace_id" = c."workspace_id" and i."customer_id" = c."id" and i."phone" = c."phone" and c."phone_e164" is null;--> statement-breakpoint
alter table "customers" force row level security;--> statement-breakpoint
alter table "identities" force row level security;
--> statement-breakpoint
do $$
declare t text;
begin
  foreach t in array array['customer_fields', 'notes'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy workspace on %I using (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)$p$, t);
  end loop;
end $$;

--> statement-breakpoint
CREATE TABLE "customer_merges" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"from_id" uuid NOT NULL,
	"into_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"operator_id" uuid NOT NULL,
	"moved" jsonb NOT NULL,
	"at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"undone_at" timestamp (6) with time zone,
	"undone_by" uuid,
	CONSTRAINT "customer_merges_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "distinct_customers" (
	"workspace_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"other_id" uuid NOT NULL,
	"operator_id" uuid NOT NULL,
	"at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "distinct_customers_workspace_id_customer_id_other_id_pk" PRIMARY KEY("workspace_id","customer_id","other_id"),
	CONSTRAINT "distinct_customers_order" CHECK ("distinct_customers"."customer_id" < "distinct_customers"."other_id")
);
--> statement-breakpoint
ALTER TABLE "customer_tags" ADD COLUMN "merge_id" uuid;--> statement-breakpoint
ALTER TABLE "customer_merges" ADD CONSTRAINT "customer_merges_workspace_id_from_id_customers_workspace_id_id_fk" FOREIGN KEY ("workspace_id","from_id") REFERENCES "public"."customers"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customer_merges" ADD CONSTRAINT "customer_merges_workspace_id_into_id_customers_workspace_id_id_fk" FOREIGN KEY ("workspace_id","into_id") REFERENCES "public"."customers"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customer_merges" ADD CONSTRAINT "customer_merges_workspace_id_operator_id_operators_workspace_id_id_fk" FOREIGN KEY ("workspace_id","operator_id") REFERENCES "public"."operators"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customer_merges" ADD CONSTRAINT "customer_merges_workspace_id_undone_by_operators_workspace_id_id_fk" FOREIGN KEY ("workspace_id","undone_by") REFERENCES "public"."operators"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "distinct_customers" ADD CONSTRAINT "distinct_customers_workspace_id_customer_id_customers_workspace_id_id_fk" FOREIGN KEY ("workspace_id","customer_id") REFERENCES "public"."customers"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "distinct_customers" ADD CONSTRAINT "distinct_customers_workspace_id_other_id_customers_workspace_id_id_fk" FOREIGN KEY ("workspace_id","other_id") REFERENCES "public"."customers"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "distinct_customers" ADD CONSTRAINT "distinct_customers_workspace_id_operator_id_operators_workspace_id_id_fk" FOREIGN KEY ("workspace_id","operator_id") REFERENCES "public"."operators"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "merges_into" ON "customer_merges" USING btree ("workspace_id","into_id","id");--> statement-breakpoint
CREATE INDEX "merges_from" ON "customer_merges" USING btree ("workspace_id","from_id","id");--> statement-breakpoint
ALTER TABLE "customer_tags" ADD CONSTRAINT "customer_tags_workspace_id_merge_id_customer_merges_workspace_id_id_fk" FOREIGN KEY ("workspace_id","merge_id") REFERENCES "public"."customer_merges"("workspace_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
do $$
declare t text;
begin
  foreach t in array array['customer_merges', 'distinct_customers'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy workspace on %I using (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)$p$, t);
  end loop;
end $$;
