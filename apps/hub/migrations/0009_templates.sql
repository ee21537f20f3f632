CREATE TABLE "library_images" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"title" text NOT NULL,
	"position" integer NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "library_images_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "template_uses" (
	"workspace_id" uuid NOT NULL,
	"operator_id" uuid NOT NULL,
	"template_id" uuid NOT NULL,
	"score" double precision NOT NULL,
	"used_at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "template_uses_workspace_id_operator_id_template_id_pk" PRIMARY KEY("workspace_id","operator_id","template_id")
);
--> statement-breakpoint
CREATE TABLE "templates" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"scope" text NOT NULL,
	"group_id" uuid,
	"owner_id" uuid,
	"title" text NOT NULL,
	"shortcut" text,
	"body" text NOT NULL,
	"language" text,
	"folded" text NOT NULL,
	"updated_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "templates_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "templates_of_group" CHECK (("templates"."scope" = 'group') = ("templates"."group_id" is not null)),
	CONSTRAINT "templates_of_owner" CHECK (("templates"."scope" in ('own', 'shared')) = ("templates"."owner_id" is not null))
);
--> statement-breakpoint
ALTER TABLE "files" DROP CONSTRAINT "files_one_place";--> statement-breakpoint
DROP INDEX "files_unlinked";--> statement-breakpoint
ALTER TABLE "files" ADD COLUMN "template_id" uuid;--> statement-breakpoint
ALTER TABLE "files" ADD COLUMN "library_image_id" uuid;--> statement-breakpoint
ALTER TABLE "files" ADD COLUMN "copy_of_id" uuid;--> statement-breakpoint
ALTER TABLE "template_uses" ADD CONSTRAINT "template_uses_workspace_id_operator_id_operators_workspace_id_id_fk" FOREIGN KEY ("workspace_id","operator_id") REFERENCES "public"."operators"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "template_uses" ADD CONSTRAINT "template_uses_workspace_id_template_id_templates_workspace_id_id_fk" FOREIGN KEY ("workspace_id","template_id") REFERENCES "public"."templates"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "templates" ADD CONSTRAINT "templates_workspace_id_group_id_groups_workspace_id_id_fk" FOREIGN KEY ("workspace_id","group_id") REFERENCES "public"."groups"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "templates" ADD CONSTRAINT "templates_workspace_id_owner_id_operators_workspace_id_id_fk" FOREIGN KEY ("workspace_id","owner_id") REFERENCES "public"."operators"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "library_images_order" ON "library_images" USING btree ("workspace_id","position","id");--> statement-breakpoint
CREATE INDEX "template_uses_template" ON "template_uses" USING btree ("workspace_id","template_id");--> statement-breakpoint
CREATE INDEX "templates_title" ON "templates" USING btree ("workspace_id",lower("title"),"id");--> statement-breakpoint
CREATE UNIQUE INDEX "templates_shortcut" ON "templates" USING btree ("workspace_id",coalesce("owner_id", "group_id", "workspace_id"),lower("shortcut"),coalesce("language", '')) WHERE "templates"."shortcut" is not null;--> statement-breakpoint
ALTER TABLE "files" ADD CONSTRAINT "files_workspace_id_template_id_templates_workspace_id_id_fk" FOREIGN KEY ("workspace_id","template_id") REFERENCES "public"."templates"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "files" ADD CONSTRAINT "files_workspace_id_library_image_id_library_images_workspace_id_id_fk" FOREIGN KEY ("workspace_id","library_image_id") REFERENCES "public"."library_images"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "files_template" ON "files" USING btree ("workspace_id","template_id","position") WHERE "files"."template_id" is not null;--> statement-breakpoint
CREATE INDEX "files_library_image" ON "files" USING btree ("workspace_id","library_image_id") WHERE "files"."library_image_id" is not null;--> statement-breakpoint
CREATE INDEX "files_copies" ON "files" USING btree ("workspace_id","copy_of_id") WHERE "files"."copy_of_id" is not null;--> statement-breakpoint
CREATE INDEX "files_unlinked" ON "files" USING btree ("workspace_id","created_at") WHERE "files"."message_id" is null and "files"."comment_id" is null and "files"."template_id" is null and "files"."library_image_id" is null;--> statement-breakpoint
ALTER TABLE "files" ADD CONSTRAINT "files_one_place" CHECK (num_nonnulls("files"."message_id", "files"."comment_id", "files"."template_id", "files"."library_image_id") <= 1);--> statement-breakpoint
do $$
declare t text;
begin
  foreach t in array array['templates', 'template_uses', 'library_images'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy workspace on %I using (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)$p$, t);
  end loop;
end $$;
