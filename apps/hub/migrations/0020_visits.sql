CREATE TABLE "visits" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"channel_id" uuid NOT NULL,
	"browser" text NOT NULL,
	"identity_id" uuid,
	"count" integer DEFAULT 1 NOT NULL,
	"first_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"last_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"referrer" text,
	"campaign" text,
	"search" text,
	"language" text,
	"device" text NOT NULL,
	"system" text,
	"agent" text,
	"trail" jsonb NOT NULL,
	CONSTRAINT "visits_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "visits_browser" UNIQUE("workspace_id","channel_id","browser")
);
--> statement-breakpoint
ALTER TABLE "operators" ADD COLUMN "visit_columns" text[];--> statement-breakpoint
ALTER TABLE "visits" ADD CONSTRAINT "visits_workspace_id_channel_id_channels_workspace_id_id_fk" FOREIGN KEY ("workspace_id","channel_id") REFERENCES "public"."channels"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "visits" ADD CONSTRAINT "visits_workspace_id_identity_id_identities_workspace_id_id_fk" FOREIGN KEY ("workspace_id","identity_id") REFERENCES "public"."identities"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "visits_last" ON "visits" USING btree ("workspace_id","last_at");
--> statement-breakpoint
-- by hand
do $$
begin
  alter table visits enable row level security;
  alter table visits force row level security;
  create policy workspace on visits using (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)
    with check (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid);
end $$;
