ALTER TABLE "blocks" ALTER COLUMN "identity_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "blocks" ADD COLUMN "address" "cidr";--> statement-breakpoint
ALTER TABLE "blocks" ADD COLUMN "last_hit_at" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "identities" ADD COLUMN "address" "inet";--> statement-breakpoint
ALTER TABLE "blocks" ADD CONSTRAINT "blocks_workspace_id_operator_id_operators_workspace_id_id_fk" FOREIGN KEY ("workspace_id","operator_id") REFERENCES "public"."operators"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "identities_address" ON "identities" USING btree ("workspace_id","address") WHERE "identities"."address" is not null;--> statement-breakpoint
ALTER TABLE "blocks" ADD CONSTRAINT "blocks_address" UNIQUE("workspace_id","address");--> statement-breakpoint
ALTER TABLE "blocks" ADD CONSTRAINT "blocks_one" CHECK (num_nonnulls("blocks"."identity_id", "blocks"."address") = 1);