ALTER TABLE "chats" ADD COLUMN "thread_kind" text DEFAULT 'direct' NOT NULL;
--> statement-breakpoint
-- by hand
-- Rows of all workspaces: as their owner, for this statement alone.
alter table "chats" no force row level security;--> statement-breakpoint
alter table "threads" no force row level security;--> statement-breakpoint
update "chats" c set "thread_kind" = t."kind" from "threads" t
  where t."workspace_id" = c."workspace_id" and t."id" = c."thread_id" and t."kind" <> 'direct';--> statement-breakpoint
alter table "chats" force row level security;--> statement-breakpoint
alter table "threads" force row level security;
