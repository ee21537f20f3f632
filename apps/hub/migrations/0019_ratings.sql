CREATE TABLE "ratings" (
	"workspace_id" uuid NOT NULL,
	"chat_id" uuid NOT NULL,
	"score" smallint NOT NULL,
	"comment" text,
	"rated_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "ratings_workspace_id_chat_id_pk" PRIMARY KEY("workspace_id","chat_id"),
	CONSTRAINT "ratings_score" CHECK ("ratings"."score" between 1 and 5)
);
--> statement-breakpoint
ALTER TABLE "ratings" ADD CONSTRAINT "ratings_workspace_id_chat_id_chats_workspace_id_id_fk" FOREIGN KEY ("workspace_id","chat_id") REFERENCES "public"."chats"("workspace_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
-- by hand
alter table ratings enable row level security;
--> statement-breakpoint
alter table ratings force row level security;
--> statement-breakpoint
create policy workspace on ratings using (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid);
