CREATE TABLE "saved_filter_places" (
	"workspace_id" uuid NOT NULL,
	"operator_id" uuid NOT NULL,
	"filter_id" uuid NOT NULL,
	"position" integer,
	CONSTRAINT "saved_filter_places_workspace_id_operator_id_filter_id_pk" PRIMARY KEY("workspace_id","operator_id","filter_id")
);
--> statement-breakpoint
CREATE TABLE "saved_filters" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"scope" text NOT NULL,
	"group_id" uuid,
	"owner_id" uuid NOT NULL,
	"name" text NOT NULL,
	"filter" jsonb NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "saved_filters_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "saved_filters_of_group" CHECK (("saved_filters"."scope" = 'group') = ("saved_filters"."group_id" is not null))
);
--> statement-breakpoint
ALTER TABLE "saved_filter_places" ADD CONSTRAINT "saved_filter_places_workspace_id_operator_id_operators_workspace_id_id_fk" FOREIGN KEY ("workspace_id","operator_id") REFERENCES "public"."operators"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "saved_filter_places" ADD CONSTRAINT "saved_filter_places_workspace_id_filter_id_saved_filters_workspace_id_id_fk" FOREIGN KEY ("workspace_id","filter_id") REFERENCES "public"."saved_filters"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "saved_filters" ADD CONSTRAINT "saved_filters_workspace_id_group_id_groups_workspace_id_id_fk" FOREIGN KEY ("workspace_id","group_id") REFERENCES "public"."groups"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "saved_filters" ADD CONSTRAINT "saved_filters_workspace_id_owner_id_operators_workspace_id_id_fk" FOREIGN KEY ("workspace_id","owner_id") REFERENCES "public"."operators"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "saved_filter_places_filter" ON "saved_filter_places" USING btree ("workspace_id","filter_id");--> statement-breakpoint
CREATE INDEX "saved_filters_owner" ON "saved_filters" USING btree ("workspace_id","owner_id");--> statement-breakpoint
CREATE INDEX "chats_activity" ON "chats" USING btree ("workspace_id","last_message_at","id");--> statement-breakpoint
CREATE INDEX "chats_channel" ON "chats" USING btree ("workspace_id","channel_id","last_message_at");--> statement-breakpoint
CREATE INDEX "chats_opened" ON "chats" USING btree ("workspace_id","opened_at");--> statement-breakpoint
CREATE INDEX "chats_waiting" ON "chats" USING btree ("workspace_id","waiting_since") WHERE "chats"."waiting_since" is not null;--> statement-breakpoint
CREATE INDEX "chats_unread" ON "chats" USING btree ("workspace_id","last_message_at") WHERE "chats"."unread" > 0;
--> statement-breakpoint
do $$
declare t text;
begin
  foreach t in array array['saved_filters', 'saved_filter_places'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy workspace on %I using (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)$p$, t);
  end loop;
end $$;

--> statement-breakpoint
CREATE TABLE "bulk_items" (
	"workspace_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"n" integer NOT NULL,
	"chat_id" uuid NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"code" text,
	"details" jsonb,
	"trace" jsonb,
	"at" timestamp (6) with time zone,
	CONSTRAINT "bulk_items_workspace_id_run_id_n_pk" PRIMARY KEY("workspace_id","run_id","n")
);
--> statement-breakpoint
CREATE TABLE "bulk_runs" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"operator_id" uuid NOT NULL,
	"action" jsonb NOT NULL,
	"filter" jsonb,
	"undoes_id" uuid,
	"state" text DEFAULT 'running' NOT NULL,
	"total" integer NOT NULL,
	"left_out" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (6) with time zone,
	CONSTRAINT "bulk_runs_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
ALTER TABLE "bulk_items" ADD CONSTRAINT "bulk_items_workspace_id_run_id_bulk_runs_workspace_id_id_fk" FOREIGN KEY ("workspace_id","run_id") REFERENCES "public"."bulk_runs"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_items" ADD CONSTRAINT "bulk_items_workspace_id_chat_id_chats_workspace_id_id_fk" FOREIGN KEY ("workspace_id","chat_id") REFERENCES "public"."chats"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_runs" ADD CONSTRAINT "bulk_runs_workspace_id_operator_id_operators_workspace_id_id_fk" FOREIGN KEY ("workspace_id","operator_id") REFERENCES "public"."operators"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "bulk_items_waiting" ON "bulk_items" USING btree ("workspace_id","run_id","n") WHERE "bulk_items"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX "bulk_items_chat" ON "bulk_items" USING btree ("workspace_id","chat_id");--> statement-breakpoint
CREATE INDEX "bulk_runs_operator" ON "bulk_runs" USING btree ("workspace_id","operator_id","created_at");--> statement-breakpoint
CREATE INDEX "bulk_runs_running" ON "bulk_runs" USING btree ("workspace_id","created_at") WHERE "bulk_runs"."state" = 'running';--> statement-breakpoint
CREATE INDEX "bulk_runs_undoes" ON "bulk_runs" USING btree ("workspace_id","undoes_id") WHERE "bulk_runs"."undoes_id" is not null;
--> statement-breakpoint
do $$
declare t text;
begin
  foreach t in array array['bulk_runs', 'bulk_items'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy workspace on %I using (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)$p$, t);
  end loop;
end $$;
