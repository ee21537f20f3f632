CREATE TABLE "search_entries" (
	"workspace_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"chat_id" uuid,
	"at" timestamp (6) with time zone NOT NULL,
	"text" text NOT NULL,
	"words" integer[] NOT NULL,
	"grams" integer[] NOT NULL,
	CONSTRAINT "search_entries_workspace_id_kind_subject_id_pk" PRIMARY KEY("workspace_id","kind","subject_id")
);
--> statement-breakpoint
CREATE TABLE "search_progress" (
	"workspace_id" uuid NOT NULL,
	"version" text NOT NULL,
	"seq" bigint NOT NULL,
	"sweeps" jsonb NOT NULL,
	CONSTRAINT "search_progress_workspace_id_pk" PRIMARY KEY("workspace_id")
);
--> statement-breakpoint
CREATE INDEX "search_entries_newest" ON "search_entries" USING btree ("workspace_id","at","subject_id");--> statement-breakpoint
CREATE INDEX "search_entries_chat" ON "search_entries" USING btree ("workspace_id","chat_id","at");--> statement-breakpoint
CREATE INDEX "search_entries_keys" ON "search_entries" USING gin ("words","grams");
--> statement-breakpoint
-- by hand
-- Which words are common decides how a search is gone about; a hundred entries of statistics are too few for a language.
alter table search_entries alter column words set statistics 500, alter column grams set statistics 300;
--> statement-breakpoint
do $$
declare t text;
begin
  foreach t in array array['search_entries', 'search_progress'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy workspace on %I using (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)$p$, t);
  end loop;
end $$;
