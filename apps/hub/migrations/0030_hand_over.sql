ALTER TABLE "chats" ADD COLUMN "elsewhere_since" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "chats" ADD COLUMN "hand_over" jsonb;--> statement-breakpoint
CREATE INDEX "chats_hand_over" ON "chats" USING btree ("workspace_id","thread_id") WHERE "chats"."hand_over" is not null;
--> statement-breakpoint
-- by hand
-- Rows of all workspaces: as their owner, for this statement alone.
alter table "chats" no force row level security;--> statement-breakpoint
alter table "events" no force row level security;--> statement-breakpoint
update "chats" c set "elsewhere_since" = e."at" from (
  select distinct on ("workspace_id", "chat_id") "workspace_id", "chat_id", "type", "at" from "events"
  where type like 'chat.%' and type not in ('chat.read', 'chat.tagged', 'chat.form') and "type" in ('chat.elsewhere', 'chat.back')
  order by "workspace_id", "chat_id", "at" desc, "seq" desc
) e where e."type" = 'chat.elsewhere' and c."workspace_id" = e."workspace_id" and c."id" = e."chat_id";--> statement-breakpoint
alter table "chats" force row level security;--> statement-breakpoint
alter table "events" force row level security;
