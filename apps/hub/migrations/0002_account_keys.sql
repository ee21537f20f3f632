CREATE INDEX "account_credentials_user" ON "account_credentials" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "account_sessions_user" ON "account_sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "account_verifications_identifier" ON "account_verifications" USING btree ("identifier");--> statement-breakpoint
ALTER TABLE "account_credentials" ADD CONSTRAINT "account_credentials_account" UNIQUE("provider_id","account_id");