CREATE TABLE "approaches" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"visit_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"operator_id" uuid,
	"text" text,
	"url" text,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"shown_at" timestamp (6) with time zone,
	"answered_at" timestamp (6) with time zone,
	"accepted" boolean,
	CONSTRAINT "approaches_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
ALTER TABLE "approaches" ADD CONSTRAINT "approaches_workspace_id_visit_id_visits_workspace_id_id_fk" FOREIGN KEY ("workspace_id","visit_id") REFERENCES "public"."visits"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approaches" ADD CONSTRAINT "approaches_workspace_id_operator_id_operators_workspace_id_id_fk" FOREIGN KEY ("workspace_id","operator_id") REFERENCES "public"."operators"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "approaches_visit" ON "approaches" USING btree ("workspace_id","visit_id","created_at");--> statement-breakpoint
CREATE INDEX "approaches_created" ON "approaches" USING btree ("workspace_id","created_at");
--> statement-breakpoint
-- by hand
do $$
begin
  alter table approaches enable row level security;
  alter table approaches force row level security;
  create policy workspace on approaches using (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)
    with check (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid);
end $$;
