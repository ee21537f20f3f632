CREATE TABLE "form_answers" (
	"workspace_id" uuid NOT NULL,
	"chat_id" uuid NOT NULL,
	"field_id" uuid NOT NULL,
	"values" jsonb NOT NULL,
	"operator_id" uuid,
	"at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "form_answers_workspace_id_chat_id_field_id_pk" PRIMARY KEY("workspace_id","chat_id","field_id")
);
--> statement-breakpoint
CREATE TABLE "form_fields" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"label" text NOT NULL,
	"type" text NOT NULL,
	"options" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"required" boolean DEFAULT false NOT NULL,
	"position" integer NOT NULL,
	"archived_at" timestamp (6) with time zone,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "form_fields_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "delivery_attempts" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"message_id" uuid NOT NULL,
	"n" integer NOT NULL,
	"outcome" text NOT NULL,
	"failure" jsonb,
	"operator_id" uuid,
	"begun_at" timestamp (6) with time zone,
	"at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "delivery_attempts_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
DROP INDEX "events_activities";--> statement-breakpoint
ALTER TABLE "channels" ADD COLUMN "reopen_minutes" integer;--> statement-breakpoint
ALTER TABLE "chats" ADD COLUMN "closed_fully" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "chats" ADD COLUMN "snoozed_at" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "chats" ADD COLUMN "snoozed_until" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "chats" ADD COLUMN "calmed_at" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "closing_texts" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "reopen_minutes" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "form_editable_hours" integer DEFAULT 24 NOT NULL;--> statement-breakpoint
ALTER TABLE "form_answers" ADD CONSTRAINT "form_answers_workspace_id_chat_id_chats_workspace_id_id_fk" FOREIGN KEY ("workspace_id","chat_id") REFERENCES "public"."chats"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "form_answers" ADD CONSTRAINT "form_answers_workspace_id_field_id_form_fields_workspace_id_id_fk" FOREIGN KEY ("workspace_id","field_id") REFERENCES "public"."form_fields"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "form_answers" ADD CONSTRAINT "form_answers_workspace_id_operator_id_operators_workspace_id_id_fk" FOREIGN KEY ("workspace_id","operator_id") REFERENCES "public"."operators"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delivery_attempts" ADD CONSTRAINT "delivery_attempts_workspace_id_message_id_messages_workspace_id_id_fk" FOREIGN KEY ("workspace_id","message_id") REFERENCES "public"."messages"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "form_answers_field" ON "form_answers" USING btree ("workspace_id","field_id");--> statement-breakpoint
CREATE INDEX "attempts_message" ON "delivery_attempts" USING btree ("workspace_id","message_id","at","id");--> statement-breakpoint
CREATE INDEX "chats_snoozed" ON "chats" USING btree ("workspace_id","snoozed_until") WHERE "chats"."snoozed_until" is not null;--> statement-breakpoint
CREATE INDEX "messages_undelivered" ON "messages" USING btree ("workspace_id","at","id") WHERE "messages"."delivery" in ('failed', 'unknown') and "messages"."direction" = 'out';--> statement-breakpoint
CREATE INDEX "events_activities" ON "events" USING btree ("workspace_id","chat_id","at","seq") WHERE type like 'chat.%' and type not in ('chat.read', 'chat.tagged', 'chat.form');
--> statement-breakpoint
do $$
declare t text;
begin
  foreach t in array array['form_fields', 'form_answers', 'delivery_attempts'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy workspace on %I using (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)$p$, t);
  end loop;
end $$;
