-- A retried item has its attempts anew; a custom run may bring a mask.
ALTER TABLE "ai_job_item" ADD COLUMN "attempts_before" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "ai_job" ADD COLUMN "mask_id" UUID;
ALTER TABLE "ai_job" ADD CONSTRAINT "ai_job_mask_id_fkey" FOREIGN KEY ("mask_id") REFERENCES "ai_image"("id") ON DELETE SET NULL ON UPDATE CASCADE;
CREATE INDEX "ai_job_mask_id_idx" ON "ai_job"("mask_id");
