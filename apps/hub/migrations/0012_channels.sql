CREATE TABLE "channel_hours" (
	"workspace_id" uuid NOT NULL,
	"channel_id" uuid NOT NULL,
	"hour" timestamp (6) with time zone NOT NULL,
	"beats" integer NOT NULL,
	CONSTRAINT "channel_hours_workspace_id_channel_id_hour_pk" PRIMARY KEY("workspace_id","channel_id","hour")
);
--> statement-breakpoint
DROP INDEX "messages_undelivered";--> statement-breakpoint
ALTER TABLE "alerts" ALTER COLUMN "chat_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "channel_id" uuid;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "alarm" text;--> statement-breakpoint
ALTER TABLE "channels" ADD COLUMN "quiet_minutes" integer;--> statement-breakpoint
ALTER TABLE "channels" ADD COLUMN "watched_since" timestamp (6) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "channels" ADD COLUMN "state_since" timestamp (6) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "channels" ADD COLUMN "alarm" text;--> statement-breakpoint
ALTER TABLE "channels" ADD COLUMN "alarm_since" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "channels" ADD COLUMN "access_ends_at" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "channels" ADD COLUMN "inbound_lag_ms" bigint;--> statement-breakpoint
ALTER TABLE "channels" ADD COLUMN "checked" jsonb;--> statement-breakpoint
ALTER TABLE "channels" ADD COLUMN "check_asked_at" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "channels" ADD COLUMN "removed_at" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "given_up_at" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "channel_hours" ADD CONSTRAINT "channel_hours_workspace_id_channel_id_channels_workspace_id_id_fk" FOREIGN KEY ("workspace_id","channel_id") REFERENCES "public"."channels"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_workspace_id_channel_id_channels_workspace_id_id_fk" FOREIGN KEY ("workspace_id","channel_id") REFERENCES "public"."channels"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "raw_deliveries_unread" ON "raw_deliveries" USING btree ("workspace_id","channel_id","received_at") WHERE "raw_deliveries"."note" is not null;--> statement-breakpoint
CREATE INDEX "messages_undelivered" ON "messages" USING btree ("workspace_id","at","id") WHERE "messages"."delivery" in ('failed', 'unknown') and "messages"."direction" = 'out' and "messages"."given_up_at" is null;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_one_place" CHECK (num_nonnulls("alerts"."chat_id", "alerts"."channel_id") = 1);
--> statement-breakpoint
do $$
declare t text;
begin
  foreach t in array array['channel_hours'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy workspace on %I using (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)$p$, t);
  end loop;
end $$;

--> statement-breakpoint
CREATE TABLE "channel_templates" (
	"workspace_id" uuid NOT NULL,
	"channel_id" uuid NOT NULL,
	"templates" jsonb NOT NULL,
	"synced_at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "channel_templates_workspace_id_channel_id_pk" PRIMARY KEY("workspace_id","channel_id")
);
--> statement-breakpoint
ALTER TABLE "channel_templates" ADD CONSTRAINT "channel_templates_workspace_id_channel_id_channels_workspace_id_id_fk" FOREIGN KEY ("workspace_id","channel_id") REFERENCES "public"."channels"("workspace_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
do $$
declare t text;
begin
  foreach t in array array['channel_templates'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy workspace on %I using (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)$p$, t);
  end loop;
end $$;
