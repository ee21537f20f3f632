CREATE TABLE "message_changes" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"message_id" uuid NOT NULL,
	"thread_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"operator_id" uuid,
	"text" text,
	"before" text,
	"emoji" text,
	"steps" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"step" integer DEFAULT 0 NOT NULL,
	"state" text NOT NULL,
	"attempt" integer DEFAULT 0 NOT NULL,
	"first_tried_at" timestamp (6) with time zone,
	"failure" jsonb,
	"at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "message_changes_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
ALTER TABLE "message_changes" ADD CONSTRAINT "message_changes_workspace_id_message_id_messages_workspace_id_id_fk" FOREIGN KEY ("workspace_id","message_id") REFERENCES "public"."messages"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "message_changes_message" ON "message_changes" USING btree ("workspace_id","message_id","at","id");--> statement-breakpoint
CREATE INDEX "message_changes_waiting" ON "message_changes" USING btree ("workspace_id","thread_id","at","id") WHERE "message_changes"."state" in ('queued', 'sending');
--> statement-breakpoint
do $$
declare t text;
begin
  foreach t in array array['message_changes'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy workspace on %I using (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)$p$, t);
  end loop;
end $$;
