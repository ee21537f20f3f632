-- by hand
-- Everything is made anew in the background, of what it tells of.
truncate "search_entries", "search_progress";--> statement-breakpoint
CREATE TABLE "search_words" (
	"workspace_id" uuid NOT NULL,
	"word" text NOT NULL,
	"grams" integer[] NOT NULL,
	CONSTRAINT "search_words_workspace_id_word_pk" PRIMARY KEY("workspace_id","word")
);
--> statement-breakpoint
DROP INDEX "search_entries_keys";--> statement-breakpoint
CREATE INDEX "search_words_grams" ON "search_words" USING gin ("grams") WITH (gin_pending_list_limit=256);--> statement-breakpoint
CREATE INDEX "search_entries_words" ON "search_entries" USING gin ("words") WITH (gin_pending_list_limit=256);--> statement-breakpoint
ALTER TABLE "search_entries" DROP COLUMN "grams";
--> statement-breakpoint
-- by hand
alter table search_entries alter column words set statistics -1;
--> statement-breakpoint
alter table search_words enable row level security;
--> statement-breakpoint
alter table search_words force row level security;
--> statement-breakpoint
create policy workspace on search_words using (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid);
