CREATE TABLE "account_credentials" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"account_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp (6) with time zone,
	"refresh_token_expires_at" timestamp (6) with time zone,
	"scope" text,
	"password" text,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (6) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "account_rate_limits" (
	"id" text PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"count" integer NOT NULL,
	"last_request" bigint NOT NULL,
	CONSTRAINT "account_rate_limits_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "account_sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"token" text NOT NULL,
	"expires_at" timestamp (6) with time zone NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "account_sessions_token_unique" UNIQUE("token")
);
--> statement-breakpoint
CREATE TABLE "account_users" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"language" text DEFAULT 'en' NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "account_users_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "account_verifications" (
	"id" text PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp (6) with time zone NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (6) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "channels" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"group_id" uuid,
	"options" jsonb NOT NULL,
	"secrets" jsonb NOT NULL,
	"capabilities" jsonb NOT NULL,
	"paused" boolean DEFAULT false NOT NULL,
	"hook_token" text NOT NULL,
	"public_key" text NOT NULL,
	"state" text DEFAULT 'stopped' NOT NULL,
	"reason" text,
	"action" text DEFAULT 'none' NOT NULL,
	"account" text,
	"cursor" text,
	"last_inbound_at" timestamp (6) with time zone,
	"last_outbound_at" timestamp (6) with time zone,
	"hold_until" timestamp (6) with time zone,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "channels_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "channels_public_key" UNIQUE("workspace_id","public_key")
);
--> statement-breakpoint
CREATE TABLE "leases" (
	"workspace_id" uuid NOT NULL,
	"key" text NOT NULL,
	"owner" text NOT NULL,
	"fence" bigint NOT NULL,
	"expires_at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "leases_workspace_id_key_pk" PRIMARY KEY("workspace_id","key")
);
--> statement-breakpoint
CREATE TABLE "chats" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"number" bigint NOT NULL,
	"thread_id" uuid NOT NULL,
	"channel_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"state" text NOT NULL,
	"operator_id" uuid,
	"group_id" uuid,
	"opened_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"closed_at" timestamp (6) with time zone,
	"last_message_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"last_message_id" uuid,
	"customer_wrote_at" timestamp (6) with time zone,
	"waiting_since" timestamp (6) with time zone,
	"unread" integer DEFAULT 0 NOT NULL,
	"first_unread_id" uuid,
	CONSTRAINT "chats_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "chats_number" UNIQUE("workspace_id","number"),
	CONSTRAINT "chats_state" CHECK ("chats"."state" in ('queued', 'serving', 'closed')),
	CONSTRAINT "chats_held" CHECK ("chats"."state" <> 'serving' or "chats"."operator_id" is not null),
	CONSTRAINT "chats_free" CHECK ("chats"."state" <> 'queued' or "chats"."operator_id" is null)
);
--> statement-breakpoint
CREATE TABLE "threads" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"channel_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"kind" text NOT NULL,
	"title" text,
	"identity_id" uuid NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "threads_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "threads_external" UNIQUE("workspace_id","channel_id","external_id")
);
--> statement-breakpoint
CREATE TABLE "blocks" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"identity_id" uuid NOT NULL,
	"reason" text,
	"operator_id" uuid,
	"until" timestamp (6) with time zone,
	"hits" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "blocks_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "blocks_identity" UNIQUE("workspace_id","identity_id")
);
--> statement-breakpoint
CREATE TABLE "customers" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text,
	"email" text,
	"phone" text,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "customers_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "identities" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"channel_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"name" text,
	"username" text,
	"phone" text,
	"email" text,
	"language" text,
	"reachable" boolean DEFAULT true NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "identities_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "identities_external" UNIQUE("workspace_id","channel_id","external_id")
);
--> statement-breakpoint
CREATE TABLE "visitor_tokens" (
	"workspace_id" uuid NOT NULL,
	"token_hash" text NOT NULL,
	"channel_id" uuid NOT NULL,
	"identity_id" uuid NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "visitor_tokens_workspace_id_token_hash_pk" PRIMARY KEY("workspace_id","token_hash")
);
--> statement-breakpoint
CREATE TABLE "events" (
	"workspace_id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"type" text NOT NULL,
	"operator_id" uuid,
	"chat_id" uuid,
	"subject_id" uuid,
	"data" jsonb,
	CONSTRAINT "events_workspace_id_seq_pk" PRIMARY KEY("workspace_id","seq")
);
--> statement-breakpoint
CREATE TABLE "inbound_keys" (
	"workspace_id" uuid NOT NULL,
	"channel_id" uuid NOT NULL,
	"key" text NOT NULL,
	"received_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "inbound_keys_workspace_id_channel_id_key_pk" PRIMARY KEY("workspace_id","channel_id","key")
);
--> statement-breakpoint
CREATE TABLE "parked_events" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"thread_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"event" jsonb NOT NULL,
	"parked_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "parked_events_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "raw_deliveries" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"channel_id" uuid NOT NULL,
	"body" text NOT NULL,
	"note" text,
	"received_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "raw_deliveries_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "files" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"message_id" uuid,
	"position" integer DEFAULT 0 NOT NULL,
	"uploader_id" uuid,
	"name" text NOT NULL,
	"mime" text NOT NULL,
	"size" bigint DEFAULT 0 NOT NULL,
	"kind" text NOT NULL,
	"width" integer,
	"height" integer,
	"duration_ms" integer,
	"state" text NOT NULL,
	"sha256" text,
	"storage_key" text,
	"thumbnail_key" text,
	"source" jsonb,
	"channel_id" uuid,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp (6) with time zone,
	"gone_reason" text,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "files_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "group_members" (
	"workspace_id" uuid NOT NULL,
	"group_id" uuid NOT NULL,
	"operator_id" uuid NOT NULL,
	"supervises" boolean DEFAULT false NOT NULL,
	CONSTRAINT "group_members_workspace_id_group_id_operator_id_pk" PRIMARY KEY("workspace_id","group_id","operator_id")
);
--> statement-breakpoint
CREATE TABLE "groups" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "groups_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "groups_name" UNIQUE("workspace_id","name")
);
--> statement-breakpoint
CREATE TABLE "outgoing_lanes" (
	"workspace_id" uuid NOT NULL,
	"thread_id" uuid NOT NULL,
	"channel_id" uuid NOT NULL,
	"due_at" timestamp (6) with time zone NOT NULL,
	"owner" text,
	"lease_until" timestamp (6) with time zone,
	CONSTRAINT "outgoing_lanes_workspace_id_thread_id_pk" PRIMARY KEY("workspace_id","thread_id")
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"chat_id" uuid NOT NULL,
	"thread_id" uuid NOT NULL,
	"channel_id" uuid NOT NULL,
	"direction" text NOT NULL,
	"author_kind" text NOT NULL,
	"author_id" uuid,
	"text" text,
	"at" timestamp (6) with time zone NOT NULL,
	"position" bigint DEFAULT 0 NOT NULL,
	"platform_at" timestamp (6) with time zone,
	"late" boolean DEFAULT false NOT NULL,
	"edited_at" timestamp (6) with time zone,
	"edit_version" bigint DEFAULT 0 NOT NULL,
	"removed_at" timestamp (6) with time zone,
	"reply_to_id" uuid,
	"album_id" text,
	"unsupported" text,
	"extra" jsonb,
	"delivery" text,
	"failure" jsonb,
	"client_id" text,
	"external_id" text,
	CONSTRAINT "messages_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "outgoing_parts" (
	"workspace_id" uuid NOT NULL,
	"message_id" uuid NOT NULL,
	"n" integer NOT NULL,
	"thread_id" uuid NOT NULL,
	"content" jsonb NOT NULL,
	"reply_to" text,
	"state" text DEFAULT 'queued' NOT NULL,
	"attempt" integer DEFAULT 0 NOT NULL,
	"first_tried_at" timestamp (6) with time zone,
	"external_id" text,
	"failure" jsonb,
	CONSTRAINT "outgoing_parts_workspace_id_message_id_n_pk" PRIMARY KEY("workspace_id","message_id","n")
);
--> statement-breakpoint
CREATE TABLE "invitations" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"operator_id" uuid NOT NULL,
	"token_hash" text NOT NULL,
	"expires_at" timestamp (6) with time zone NOT NULL,
	"used_at" timestamp (6) with time zone,
	CONSTRAINT "invitations_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "invitations_token" UNIQUE("workspace_id","token_hash")
);
--> statement-breakpoint
CREATE TABLE "operators" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" text,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"role" text NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	"presence" text DEFAULT 'offline' NOT NULL,
	"presence_chosen" text DEFAULT 'online' NOT NULL,
	"seen_at" timestamp (6) with time zone,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "operators_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "operators_user" UNIQUE("workspace_id","user_id"),
	CONSTRAINT "operators_email" UNIQUE("workspace_id","email")
);
--> statement-breakpoint
CREATE TABLE "counters" (
	"workspace_id" uuid NOT NULL,
	"name" text NOT NULL,
	"value" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "counters_workspace_id_name_pk" PRIMARY KEY("workspace_id","name")
);
--> statement-breakpoint
CREATE TABLE "workspaces" (
	"workspace_id" uuid PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"language" text NOT NULL,
	"waiting_after_minutes" integer DEFAULT 10 NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workspaces_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
ALTER TABLE "account_credentials" ADD CONSTRAINT "account_credentials_user_id_account_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."account_users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_sessions" ADD CONSTRAINT "account_sessions_user_id_account_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."account_users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "channels" ADD CONSTRAINT "channels_workspace_id_group_id_groups_workspace_id_id_fk" FOREIGN KEY ("workspace_id","group_id") REFERENCES "public"."groups"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chats" ADD CONSTRAINT "chats_workspace_id_thread_id_threads_workspace_id_id_fk" FOREIGN KEY ("workspace_id","thread_id") REFERENCES "public"."threads"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chats" ADD CONSTRAINT "chats_workspace_id_channel_id_channels_workspace_id_id_fk" FOREIGN KEY ("workspace_id","channel_id") REFERENCES "public"."channels"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chats" ADD CONSTRAINT "chats_workspace_id_customer_id_customers_workspace_id_id_fk" FOREIGN KEY ("workspace_id","customer_id") REFERENCES "public"."customers"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chats" ADD CONSTRAINT "chats_workspace_id_operator_id_operators_workspace_id_id_fk" FOREIGN KEY ("workspace_id","operator_id") REFERENCES "public"."operators"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chats" ADD CONSTRAINT "chats_workspace_id_group_id_groups_workspace_id_id_fk" FOREIGN KEY ("workspace_id","group_id") REFERENCES "public"."groups"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "threads" ADD CONSTRAINT "threads_workspace_id_channel_id_channels_workspace_id_id_fk" FOREIGN KEY ("workspace_id","channel_id") REFERENCES "public"."channels"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "threads" ADD CONSTRAINT "threads_workspace_id_identity_id_identities_workspace_id_id_fk" FOREIGN KEY ("workspace_id","identity_id") REFERENCES "public"."identities"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "blocks" ADD CONSTRAINT "blocks_workspace_id_identity_id_identities_workspace_id_id_fk" FOREIGN KEY ("workspace_id","identity_id") REFERENCES "public"."identities"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identities" ADD CONSTRAINT "identities_workspace_id_channel_id_channels_workspace_id_id_fk" FOREIGN KEY ("workspace_id","channel_id") REFERENCES "public"."channels"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identities" ADD CONSTRAINT "identities_workspace_id_customer_id_customers_workspace_id_id_fk" FOREIGN KEY ("workspace_id","customer_id") REFERENCES "public"."customers"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "visitor_tokens" ADD CONSTRAINT "visitor_tokens_workspace_id_identity_id_identities_workspace_id_id_fk" FOREIGN KEY ("workspace_id","identity_id") REFERENCES "public"."identities"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "files" ADD CONSTRAINT "files_workspace_id_message_id_messages_workspace_id_id_fk" FOREIGN KEY ("workspace_id","message_id") REFERENCES "public"."messages"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "group_members" ADD CONSTRAINT "group_members_workspace_id_group_id_groups_workspace_id_id_fk" FOREIGN KEY ("workspace_id","group_id") REFERENCES "public"."groups"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "group_members" ADD CONSTRAINT "group_members_workspace_id_operator_id_operators_workspace_id_id_fk" FOREIGN KEY ("workspace_id","operator_id") REFERENCES "public"."operators"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outgoing_lanes" ADD CONSTRAINT "outgoing_lanes_workspace_id_thread_id_threads_workspace_id_id_fk" FOREIGN KEY ("workspace_id","thread_id") REFERENCES "public"."threads"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_workspace_id_chat_id_chats_workspace_id_id_fk" FOREIGN KEY ("workspace_id","chat_id") REFERENCES "public"."chats"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_workspace_id_thread_id_threads_workspace_id_id_fk" FOREIGN KEY ("workspace_id","thread_id") REFERENCES "public"."threads"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outgoing_parts" ADD CONSTRAINT "outgoing_parts_workspace_id_message_id_messages_workspace_id_id_fk" FOREIGN KEY ("workspace_id","message_id") REFERENCES "public"."messages"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_workspace_id_operator_id_operators_workspace_id_id_fk" FOREIGN KEY ("workspace_id","operator_id") REFERENCES "public"."operators"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operators" ADD CONSTRAINT "operators_user_id_account_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."account_users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "channels_by_id" ON "channels" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "chats_one_open" ON "chats" USING btree ("workspace_id","thread_id") WHERE "chats"."state" <> 'closed';--> statement-breakpoint
CREATE INDEX "chats_queued" ON "chats" USING btree ("workspace_id","opened_at","id") WHERE "chats"."state" = 'queued';--> statement-breakpoint
CREATE INDEX "chats_serving" ON "chats" USING btree ("workspace_id","last_message_at","id") WHERE "chats"."state" = 'serving';--> statement-breakpoint
CREATE INDEX "chats_closed" ON "chats" USING btree ("workspace_id","closed_at","id") WHERE "chats"."state" = 'closed';--> statement-breakpoint
CREATE INDEX "chats_operator" ON "chats" USING btree ("workspace_id","operator_id","state","last_message_at");--> statement-breakpoint
CREATE INDEX "chats_group" ON "chats" USING btree ("workspace_id","group_id","state","last_message_at");--> statement-breakpoint
CREATE INDEX "chats_customer" ON "chats" USING btree ("workspace_id","customer_id","opened_at");--> statement-breakpoint
CREATE INDEX "chats_thread" ON "chats" USING btree ("workspace_id","thread_id","opened_at");--> statement-breakpoint
CREATE INDEX "threads_identity" ON "threads" USING btree ("workspace_id","identity_id");--> statement-breakpoint
CREATE INDEX "identities_customer" ON "identities" USING btree ("workspace_id","customer_id");--> statement-breakpoint
CREATE INDEX "events_activities" ON "events" USING btree ("workspace_id","chat_id","at","seq") WHERE "events"."type" in ('chat.opened', 'chat.taken', 'chat.transferred', 'chat.closed', 'chat.reopened');--> statement-breakpoint
CREATE INDEX "inbound_keys_age" ON "inbound_keys" USING btree ("workspace_id","received_at");--> statement-breakpoint
CREATE INDEX "parked_events_target" ON "parked_events" USING btree ("workspace_id","thread_id","external_id");--> statement-breakpoint
CREATE INDEX "raw_deliveries_age" ON "raw_deliveries" USING btree ("workspace_id","received_at");--> statement-breakpoint
CREATE INDEX "files_message" ON "files" USING btree ("workspace_id","message_id","position");--> statement-breakpoint
CREATE INDEX "files_fetching" ON "files" USING btree ("workspace_id","due_at") WHERE "files"."state" = 'fetching';--> statement-breakpoint
CREATE INDEX "files_unlinked" ON "files" USING btree ("workspace_id","created_at") WHERE "files"."message_id" is null;--> statement-breakpoint
CREATE INDEX "group_members_operator" ON "group_members" USING btree ("workspace_id","operator_id");--> statement-breakpoint
CREATE INDEX "lanes_due" ON "outgoing_lanes" USING btree ("workspace_id","channel_id","due_at");--> statement-breakpoint
CREATE UNIQUE INDEX "messages_external" ON "messages" USING btree ("workspace_id","channel_id","thread_id","external_id") WHERE "messages"."external_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "messages_client" ON "messages" USING btree ("workspace_id","author_id","client_id") WHERE "messages"."client_id" is not null;--> statement-breakpoint
CREATE INDEX "messages_timeline" ON "messages" USING btree ("workspace_id","chat_id","at","position","id");--> statement-breakpoint
CREATE INDEX "messages_thread" ON "messages" USING btree ("workspace_id","thread_id","position") WHERE "messages"."direction" = 'in';--> statement-breakpoint
CREATE INDEX "parts_waiting" ON "outgoing_parts" USING btree ("workspace_id","thread_id","message_id","n") WHERE "outgoing_parts"."state" in ('queued', 'sending');--> statement-breakpoint
CREATE UNIQUE INDEX "parts_external" ON "outgoing_parts" USING btree ("workspace_id","thread_id","external_id") WHERE "outgoing_parts"."external_id" is not null;--> statement-breakpoint
CREATE INDEX "operators_presence" ON "operators" USING btree ("workspace_id","presence");