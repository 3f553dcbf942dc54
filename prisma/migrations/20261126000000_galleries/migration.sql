-- Galleries: syncs, what is known of their SKUs and photos, and publications. New tables alone: the version before does not see them.

-- CreateEnum
CREATE TYPE "PublicationStatus" AS ENUM ('QUEUED', 'SENT', 'PUBLISHED', 'FAILED');

-- CreateTable
CREATE TABLE "ai_gallery_sync" (
    "id" UUID NOT NULL,
    "workspace" TEXT NOT NULL,
    "gallery" TEXT NOT NULL,
    "status" "JobStatus" NOT NULL DEFAULT 'QUEUED',
    "cursor" TEXT,
    "skus_total" INTEGER,
    "skus_done" INTEGER NOT NULL DEFAULT 0,
    "skus_created" INTEGER NOT NULL DEFAULT 0,
    "pairs_created" INTEGER NOT NULL DEFAULT 0,
    "unchanged" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "created_by" TEXT NOT NULL,
    "worker_id" UUID,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "crashes" INTEGER NOT NULL DEFAULT 0,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "ai_gallery_sync_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ai_gallery_sync_failure" (
    "id" UUID NOT NULL,
    "sync_id" UUID NOT NULL,
    "subject" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "message" TEXT NOT NULL,

    CONSTRAINT "ai_gallery_sync_failure_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ai_gallery_sku" (
    "id" UUID NOT NULL,
    "workspace" TEXT NOT NULL,
    "gallery" TEXT NOT NULL,
    "remote_code" TEXT NOT NULL,
    "remote_id" TEXT,
    "sku_id" UUID,
    "sync_id" UUID,

    CONSTRAINT "ai_gallery_sku_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ai_gallery_photo" (
    "gallery_sku_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "version" TEXT,
    "pair_id" UUID,
    "is_published" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "ai_gallery_photo_pkey" PRIMARY KEY ("gallery_sku_id","key")
);

-- CreateTable
CREATE TABLE "ai_publication" (
    "id" UUID NOT NULL,
    "workspace" TEXT NOT NULL,
    "gallery" TEXT NOT NULL,
    "pair_id" UUID NOT NULL,
    "sku_id" UUID NOT NULL,
    "result_id" UUID,
    "status" "PublicationStatus" NOT NULL DEFAULT 'QUEUED',
    "position" INTEGER,
    "remote_url" TEXT,
    "ticket" TEXT,
    "error" TEXT,
    "requested_by" TEXT NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "published_at" TIMESTAMPTZ(3),
    "worker_id" UUID,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "crashes" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "ai_publication_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "ai_gallery_sync_workspace_gallery_started_at_idx" ON "ai_gallery_sync"("workspace", "gallery", "started_at");

-- CreateIndex
CREATE INDEX "ai_gallery_sync_status_worker_id_idx" ON "ai_gallery_sync"("status", "worker_id");

-- CreateIndex
CREATE UNIQUE INDEX "ai_gallery_sync_failure_sync_id_subject_key" ON "ai_gallery_sync_failure"("sync_id", "subject");

-- CreateIndex
CREATE INDEX "ai_gallery_sku_sku_id_gallery_idx" ON "ai_gallery_sku"("sku_id", "gallery");

-- CreateIndex
CREATE UNIQUE INDEX "ai_gallery_sku_workspace_gallery_remote_code_key" ON "ai_gallery_sku"("workspace", "gallery", "remote_code");

-- CreateIndex
CREATE INDEX "ai_gallery_photo_pair_id_idx" ON "ai_gallery_photo"("pair_id");

-- CreateIndex
CREATE INDEX "ai_publication_sku_id_gallery_idx" ON "ai_publication"("sku_id", "gallery");

-- CreateIndex
CREATE INDEX "ai_publication_result_id_idx" ON "ai_publication"("result_id");

-- CreateIndex
CREATE INDEX "ai_publication_status_worker_id_idx" ON "ai_publication"("status", "worker_id");

-- CreateIndex
CREATE UNIQUE INDEX "ai_publication_pair_id_gallery_key" ON "ai_publication"("pair_id", "gallery");

-- AddForeignKey
ALTER TABLE "ai_gallery_sync_failure" ADD CONSTRAINT "ai_gallery_sync_failure_sync_id_fkey" FOREIGN KEY ("sync_id") REFERENCES "ai_gallery_sync"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_gallery_sku" ADD CONSTRAINT "ai_gallery_sku_sku_id_fkey" FOREIGN KEY ("sku_id") REFERENCES "ai_workflow_state"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_gallery_photo" ADD CONSTRAINT "ai_gallery_photo_gallery_sku_id_fkey" FOREIGN KEY ("gallery_sku_id") REFERENCES "ai_gallery_sku"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_gallery_photo" ADD CONSTRAINT "ai_gallery_photo_pair_id_fkey" FOREIGN KEY ("pair_id") REFERENCES "ai_image_pair"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_publication" ADD CONSTRAINT "ai_publication_pair_id_fkey" FOREIGN KEY ("pair_id") REFERENCES "ai_image_pair"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_publication" ADD CONSTRAINT "ai_publication_result_id_fkey" FOREIGN KEY ("result_id") REFERENCES "ai_result"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- By hand: one sync of a gallery is under way in a workspace at a time.
CREATE UNIQUE INDEX "ai_gallery_sync_under_way_key" ON "ai_gallery_sync"("workspace", "gallery") WHERE "status" IN ('QUEUED', 'RUNNING');
