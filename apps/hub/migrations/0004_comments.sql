CREATE TABLE "comments" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"chat_id" uuid NOT NULL,
	"author_id" uuid NOT NULL,
	"to_operator_id" uuid,
	"text" text,
	"at" timestamp (6) with time zone NOT NULL,
	"edited_at" timestamp (6) with time zone,
	"removed_at" timestamp (6) with time zone,
	"client_id" text,
	CONSTRAINT "comments_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
DROP INDEX "files_unlinked";--> statement-breakpoint
ALTER TABLE "files" ADD COLUMN "comment_id" uuid;--> statement-breakpoint
ALTER TABLE "comments" ADD CONSTRAINT "comments_workspace_id_chat_id_chats_workspace_id_id_fk" FOREIGN KEY ("workspace_id","chat_id") REFERENCES "public"."chats"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "comments" ADD CONSTRAINT "comments_workspace_id_author_id_operators_workspace_id_id_fk" FOREIGN KEY ("workspace_id","author_id") REFERENCES "public"."operators"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "comments" ADD CONSTRAINT "comments_workspace_id_to_operator_id_operators_workspace_id_id_fk" FOREIGN KEY ("workspace_id","to_operator_id") REFERENCES "public"."operators"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "comments_client" ON "comments" USING btree ("workspace_id","author_id","client_id") WHERE "comments"."client_id" is not null;--> statement-breakpoint
CREATE INDEX "comments_timeline" ON "comments" USING btree ("workspace_id","chat_id","at","id");--> statement-breakpoint
ALTER TABLE "files" ADD CONSTRAINT "files_workspace_id_comment_id_comments_workspace_id_id_fk" FOREIGN KEY ("workspace_id","comment_id") REFERENCES "public"."comments"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "files_comment" ON "files" USING btree ("workspace_id","comment_id","position") WHERE "files"."comment_id" is not null;--> statement-breakpoint
CREATE INDEX "files_unlinked" ON "files" USING btree ("workspace_id","created_at") WHERE "files"."message_id" is null and "files"."comment_id" is null;--> statement-breakpoint
ALTER TABLE "files" ADD CONSTRAINT "files_one_place" CHECK ("files"."message_id" is null or "files"."comment_id" is null);--> statement-breakpoint
ALTER TABLE "comments" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "comments" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY "workspace" ON "comments" USING (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)
  WITH CHECK (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid);
