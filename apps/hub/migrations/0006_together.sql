CREATE TABLE "alerts" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"operator_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"chat_id" uuid NOT NULL,
	"comment_id" uuid,
	"by_id" uuid,
	"at" timestamp (6) with time zone NOT NULL,
	"read_at" timestamp (6) with time zone,
	CONSTRAINT "alerts_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
ALTER TABLE "comments" ADD COLUMN "mentions" uuid[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "signature" text;--> statement-breakpoint
ALTER TABLE "operators" ADD COLUMN "languages" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "operators" ADD COLUMN "signature" text;--> statement-breakpoint
ALTER TABLE "operators" ADD COLUMN "signs" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "operators" ADD COLUMN "avatar_id" uuid;--> statement-breakpoint
ALTER TABLE "operators" ADD COLUMN "avatar_key" text;--> statement-breakpoint
ALTER TABLE "operators" ADD COLUMN "notices" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_workspace_id_operator_id_operators_workspace_id_id_fk" FOREIGN KEY ("workspace_id","operator_id") REFERENCES "public"."operators"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_workspace_id_chat_id_chats_workspace_id_id_fk" FOREIGN KEY ("workspace_id","chat_id") REFERENCES "public"."chats"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_workspace_id_comment_id_comments_workspace_id_id_fk" FOREIGN KEY ("workspace_id","comment_id") REFERENCES "public"."comments"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_workspace_id_by_id_operators_workspace_id_id_fk" FOREIGN KEY ("workspace_id","by_id") REFERENCES "public"."operators"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alerts_of" ON "alerts" USING btree ("workspace_id","operator_id","at","id");--> statement-breakpoint
CREATE INDEX "alerts_unread" ON "alerts" USING btree ("workspace_id","operator_id","chat_id") WHERE "alerts"."read_at" is null;
--> statement-breakpoint
alter table alerts enable row level security;
alter table alerts force row level security;
create policy workspace on alerts using (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid);
