CREATE TABLE "approach_rules" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"text_id" uuid NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	"channel_id" uuid,
	"page" text,
	"seconds" integer,
	"visits" integer,
	"campaign" text,
	"countries" text[] DEFAULT '{}' NOT NULL,
	"online" boolean DEFAULT true NOT NULL,
	"days" integer DEFAULT 7 NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "approach_rules_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "approach_settings" (
	"workspace_id" uuid NOT NULL,
	"free" boolean DEFAULT true NOT NULL,
	"domains" text[] DEFAULT '{}' NOT NULL,
	"per_visit" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "approach_settings_workspace_id_pk" PRIMARY KEY("workspace_id")
);
--> statement-breakpoint
CREATE TABLE "approach_texts" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"owner_id" uuid,
	"title" text NOT NULL,
	"words" jsonb NOT NULL,
	"url" text,
	"image_id" uuid,
	"updated_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "approach_texts_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
ALTER TABLE "approaches" ADD COLUMN "rule_id" uuid;--> statement-breakpoint
ALTER TABLE "approaches" ADD COLUMN "words" jsonb;--> statement-breakpoint
ALTER TABLE "approaches" ADD COLUMN "image_id" uuid;--> statement-breakpoint
ALTER TABLE "approach_rules" ADD CONSTRAINT "approach_rules_workspace_id_text_id_approach_texts_workspace_id_id_fk" FOREIGN KEY ("workspace_id","text_id") REFERENCES "public"."approach_texts"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approach_rules" ADD CONSTRAINT "approach_rules_workspace_id_channel_id_channels_workspace_id_id_fk" FOREIGN KEY ("workspace_id","channel_id") REFERENCES "public"."channels"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approach_texts" ADD CONSTRAINT "approach_texts_workspace_id_owner_id_operators_workspace_id_id_fk" FOREIGN KEY ("workspace_id","owner_id") REFERENCES "public"."operators"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approach_texts" ADD CONSTRAINT "approach_texts_workspace_id_image_id_library_images_workspace_id_id_fk" FOREIGN KEY ("workspace_id","image_id") REFERENCES "public"."library_images"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "approaches_rule" ON "approaches" USING btree ("workspace_id","rule_id");
--> statement-breakpoint
-- by hand
do $$
declare t text;
begin
  foreach t in array array['approach_texts', 'approach_settings', 'approach_rules'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy workspace on %I using (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)$p$, t);
  end loop;
end $$;
