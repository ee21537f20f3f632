ALTER TABLE "channels" ADD COLUMN "pairing" jsonb;--> statement-breakpoint
ALTER TABLE "channels" ADD COLUMN "memory_bytes" bigint;