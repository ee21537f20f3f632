CREATE TABLE "identity_tokens" (
	"workspace_id" uuid NOT NULL,
	"token_hash" text NOT NULL,
	"identity_id" uuid NOT NULL,
	"expires_at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "identity_tokens_workspace_id_token_hash_pk" PRIMARY KEY("workspace_id","token_hash")
);
--> statement-breakpoint
ALTER TABLE "identities" ADD COLUMN "signed_id" text;--> statement-breakpoint
ALTER TABLE "identity_tokens" ADD CONSTRAINT "identity_tokens_workspace_id_identity_id_identities_workspace_id_id_fk" FOREIGN KEY ("workspace_id","identity_id") REFERENCES "public"."identities"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identities" ADD CONSTRAINT "identities_signed" UNIQUE("workspace_id","channel_id","signed_id");
--> statement-breakpoint
-- by hand
alter table identity_tokens enable row level security;
--> statement-breakpoint
alter table identity_tokens force row level security;
--> statement-breakpoint
create policy workspace on identity_tokens using (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid);
