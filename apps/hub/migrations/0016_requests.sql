CREATE TABLE "mails" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"message_id" uuid NOT NULL,
	"to" text NOT NULL,
	"subject" text NOT NULL,
	"text" text NOT NULL,
	"state" text DEFAULT 'queued' NOT NULL,
	"attempt" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"failure" text,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"sent_at" timestamp (6) with time zone,
	CONSTRAINT "mails_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "request_settings" (
	"workspace_id" uuid NOT NULL,
	"categories" text[] DEFAULT '{}'::text[] NOT NULL,
	"types" text[] DEFAULT '{}'::text[] NOT NULL,
	"title" text,
	"group_id" uuid,
	"category" text,
	"type" text,
	"priority" text DEFAULT 'normal' NOT NULL,
	CONSTRAINT "request_settings_workspace_id_pk" PRIMARY KEY("workspace_id")
);
--> statement-breakpoint
CREATE TABLE "requests" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"number" bigint NOT NULL,
	"chat_id" uuid NOT NULL,
	"source" text NOT NULL,
	"title" text NOT NULL,
	"state" text DEFAULT 'new' NOT NULL,
	"priority" text NOT NULL,
	"category" text,
	"type" text,
	"group_id" uuid,
	"operator_id" uuid,
	"created_by" uuid,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"changed_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"answered_at" timestamp (6) with time zone,
	CONSTRAINT "requests_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "requests_number" UNIQUE("workspace_id","number"),
	CONSTRAINT "requests_chat" UNIQUE("workspace_id","chat_id")
);
--> statement-breakpoint
CREATE TABLE "schedules" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"time_zone" text NOT NULL,
	"week" jsonb NOT NULL,
	"holidays" jsonb NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "schedules_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "schedules_name" UNIQUE("workspace_id","name")
);
--> statement-breakpoint
ALTER TABLE "channels" ADD COLUMN "schedule_id" uuid;--> statement-breakpoint
ALTER TABLE "chats" ADD COLUMN "missed_at" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "identities" ADD COLUMN "seen_at" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "groups" ADD COLUMN "schedule_id" uuid;--> statement-breakpoint
ALTER TABLE "mails" ADD CONSTRAINT "mails_workspace_id_message_id_messages_workspace_id_id_fk" FOREIGN KEY ("workspace_id","message_id") REFERENCES "public"."messages"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "request_settings" ADD CONSTRAINT "request_settings_workspace_id_workspaces_workspace_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("workspace_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "request_settings" ADD CONSTRAINT "request_settings_workspace_id_group_id_groups_workspace_id_id_fk" FOREIGN KEY ("workspace_id","group_id") REFERENCES "public"."groups"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_workspace_id_chat_id_chats_workspace_id_id_fk" FOREIGN KEY ("workspace_id","chat_id") REFERENCES "public"."chats"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_workspace_id_group_id_groups_workspace_id_id_fk" FOREIGN KEY ("workspace_id","group_id") REFERENCES "public"."groups"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_workspace_id_operator_id_operators_workspace_id_id_fk" FOREIGN KEY ("workspace_id","operator_id") REFERENCES "public"."operators"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "mails_due" ON "mails" USING btree ("workspace_id","due_at") WHERE "mails"."state" in ('queued', 'sending');--> statement-breakpoint
CREATE INDEX "mails_message" ON "mails" USING btree ("workspace_id","message_id");--> statement-breakpoint
CREATE INDEX "requests_todo" ON "requests" USING btree ("workspace_id","changed_at","id") WHERE "requests"."state" <> 'closed';--> statement-breakpoint
CREATE INDEX "requests_all" ON "requests" USING btree ("workspace_id","changed_at","id");--> statement-breakpoint
ALTER TABLE "channels" ADD CONSTRAINT "channels_workspace_id_schedule_id_schedules_workspace_id_id_fk" FOREIGN KEY ("workspace_id","schedule_id") REFERENCES "public"."schedules"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "groups" ADD CONSTRAINT "groups_workspace_id_schedule_id_schedules_workspace_id_id_fk" FOREIGN KEY ("workspace_id","schedule_id") REFERENCES "public"."schedules"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "chats_missed" ON "chats" USING btree ("workspace_id","missed_at") WHERE "chats"."missed_at" is not null;
--> statement-breakpoint
do $$
declare t text;
begin
  foreach t in array array['schedules', 'requests', 'request_settings', 'mails'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy workspace on %I using (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)$p$, t);
  end loop;
end $$;
