DROP INDEX "events_activities";--> statement-breakpoint
ALTER TABLE "channels" ADD COLUMN "assigns" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "chats" ADD COLUMN "participant_ids" uuid[] DEFAULT '{}'::uuid[] NOT NULL;--> statement-breakpoint
ALTER TABLE "chats" ADD COLUMN "held_since" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "chats" ADD COLUMN "held_seen" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "chats" ADD COLUMN "returned_from" uuid;--> statement-breakpoint
ALTER TABLE "groups" ADD COLUMN "assigns" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "operators" ADD COLUMN "presence_at" timestamp (6) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "operators" ADD COLUMN "capacity" integer;--> statement-breakpoint
ALTER TABLE "operators" ADD COLUMN "assigned_at" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "capacity" integer DEFAULT 5 NOT NULL;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "return_silent_minutes" integer;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "return_offline_minutes" integer;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "return_unopened_minutes" integer;--> statement-breakpoint
CREATE INDEX "chats_shared" ON "chats" USING btree ("workspace_id","state","last_message_at") WHERE "chats"."participant_ids" <> '{}';--> statement-breakpoint
CREATE INDEX "events_activities" ON "events" USING btree ("workspace_id","chat_id","at","seq") WHERE type like 'chat.%' and type not in ('chat.read', 'chat.tagged');