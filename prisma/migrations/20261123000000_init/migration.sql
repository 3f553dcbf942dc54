-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('VIEWER', 'REVIEWER', 'EDITOR', 'OWNER');

-- CreateEnum
CREATE TYPE "SkuStatus" AS ENUM ('PENDING', 'PROCESSING', 'REVIEW', 'APPROVED', 'ARCHIVED');

-- CreateEnum
CREATE TYPE "PairStatus" AS ENUM ('WAITING', 'QUEUED', 'PROCESSING', 'READY', 'APPROVED', 'REJECTED', 'FAILED', 'ARCHIVED');

-- CreateEnum
CREATE TYPE "JobMode" AS ENUM ('BATCH', 'SINGLE', 'CUSTOM');

-- CreateEnum
CREATE TYPE "JobStatus" AS ENUM ('QUEUED', 'RUNNING', 'PAUSED', 'SUCCEEDED', 'PARTIAL', 'FAILED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "JobItemStatus" AS ENUM ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "LogLevel" AS ENUM ('DEBUG', 'INFO', 'WARN', 'ERROR');

-- CreateEnum
CREATE TYPE "TemplateScope" AS ENUM ('ALL', 'MAIN', 'DETAIL');

-- CreateEnum
CREATE TYPE "UploadPurpose" AS ENUM ('SOURCE', 'MASK');

-- CreateTable
CREATE TABLE "ai_workspace" (
    "id" TEXT NOT NULL,
    "last_job_number" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ai_workspace_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ai_workflow_state" (
    "id" UUID NOT NULL,
    "workspace" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "title" TEXT,
    "status" "SkuStatus" NOT NULL DEFAULT 'PENDING',
    "waiting" INTEGER NOT NULL DEFAULT 0,
    "queued" INTEGER NOT NULL DEFAULT 0,
    "processing" INTEGER NOT NULL DEFAULT 0,
    "ready" INTEGER NOT NULL DEFAULT 0,
    "approved" INTEGER NOT NULL DEFAULT 0,
    "rejected" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "archived" INTEGER NOT NULL DEFAULT 0,
    "archived_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ai_workflow_state_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ai_image_pair" (
    "id" UUID NOT NULL,
    "workspace" TEXT NOT NULL,
    "sku_id" UUID NOT NULL,
    "source_id" UUID NOT NULL,
    "source_sha256" TEXT NOT NULL,
    "current_result_id" UUID,
    "status" "PairStatus" NOT NULL DEFAULT 'WAITING',
    "archived_from" "PairStatus",
    "position" INTEGER NOT NULL,
    "is_main" BOOLEAN NOT NULL DEFAULT false,
    "note" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ai_image_pair_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ai_image" (
    "id" UUID NOT NULL,
    "workspace" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "width" INTEGER NOT NULL,
    "height" INTEGER NOT NULL,
    "bytes" INTEGER NOT NULL,
    "mime_type" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "thumbhash" TEXT NOT NULL,
    "orientation" INTEGER NOT NULL DEFAULT 1,
    "color_profile" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ai_image_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ai_result" (
    "id" UUID NOT NULL,
    "workspace" TEXT NOT NULL,
    "pair_id" UUID NOT NULL,
    "image_id" UUID NOT NULL,
    "job_item_id" UUID,
    "engine" TEXT NOT NULL,
    "model" TEXT,
    "prompt" TEXT,
    "recipe" JSONB NOT NULL,
    "duration_ms" INTEGER NOT NULL,
    "cost_usd" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "confidence" DOUBLE PRECISION,
    "warnings" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "placement" JSONB,
    "upscaled" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ai_result_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ai_job" (
    "id" UUID NOT NULL,
    "workspace" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "mode" "JobMode" NOT NULL,
    "status" "JobStatus" NOT NULL DEFAULT 'QUEUED',
    "total" INTEGER NOT NULL DEFAULT 0,
    "queued" INTEGER NOT NULL DEFAULT 0,
    "running" INTEGER NOT NULL DEFAULT 0,
    "succeeded" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "cancelled" INTEGER NOT NULL DEFAULT 0,
    "prompt" TEXT,
    "template_id" UUID,
    "templates" JSONB NOT NULL DEFAULT '[]',
    "engine" TEXT NOT NULL,
    "model" TEXT,
    "options" JSONB NOT NULL DEFAULT '{}',
    "output" JSONB NOT NULL,
    "cost_usd" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "created_by" TEXT NOT NULL,
    "idempotency_key" TEXT,
    "paused_ms" INTEGER NOT NULL DEFAULT 0,
    "paused_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "ai_job_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ai_job_item" (
    "id" UUID NOT NULL,
    "workspace" TEXT NOT NULL,
    "job_id" UUID NOT NULL,
    "pair_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "status" "JobItemStatus" NOT NULL DEFAULT 'QUEUED',
    "stage" TEXT,
    "pair_status" "PairStatus" NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "crashes" INTEGER NOT NULL DEFAULT 0,
    "worker_id" UUID,
    "error_code" TEXT,
    "error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "ai_job_item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ai_job_log" (
    "id" UUID NOT NULL,
    "job_id" UUID NOT NULL,
    "item_id" UUID,
    "level" "LogLevel" NOT NULL DEFAULT 'INFO',
    "message" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ai_job_log_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ai_prompt_group" (
    "id" UUID NOT NULL,
    "workspace" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ai_prompt_group_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ai_prompt_template_v2" (
    "id" UUID NOT NULL,
    "workspace" TEXT NOT NULL,
    "group_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "applies_to" "TemplateScope" NOT NULL DEFAULT 'ALL',
    "recipe" JSONB NOT NULL,
    "position" INTEGER NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ai_prompt_template_v2_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ai_user_prompt_preference" (
    "workspace" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "active_prompt_group_id" UUID,
    "engine" TEXT,
    "model" TEXT,
    "options" JSONB,
    "output" JSONB,
    "additional_settings" JSONB NOT NULL DEFAULT '{}',
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ai_user_prompt_preference_pkey" PRIMARY KEY ("workspace","user_id")
);

-- CreateTable
CREATE TABLE "ai_upload" (
    "id" UUID NOT NULL,
    "workspace" TEXT NOT NULL,
    "sku_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "mime_type" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "purpose" "UploadPurpose" NOT NULL DEFAULT 'SOURCE',
    "key" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "completed_at" TIMESTAMPTZ(3),
    "pair_id" UUID,
    "image_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ai_upload_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ai_api_key" (
    "id" UUID NOT NULL,
    "workspace" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "ai_api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ai_worker_heartbeat" (
    "id" UUID NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ai_worker_heartbeat_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ai_secret" (
    "name" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ai_secret_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE INDEX "ai_workflow_state_workspace_status_code_idx" ON "ai_workflow_state"("workspace", "status", "code");

-- CreateIndex
CREATE INDEX "ai_workflow_state_workspace_created_at_id_idx" ON "ai_workflow_state"("workspace", "created_at", "id");

-- CreateIndex
CREATE INDEX "ai_workflow_state_workspace_updated_at_id_idx" ON "ai_workflow_state"("workspace", "updated_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "ai_workflow_state_workspace_code_key" ON "ai_workflow_state"("workspace", "code");

-- CreateIndex
CREATE UNIQUE INDEX "ai_image_pair_source_id_key" ON "ai_image_pair"("source_id");

-- CreateIndex
CREATE UNIQUE INDEX "ai_image_pair_current_result_id_key" ON "ai_image_pair"("current_result_id");

-- CreateIndex
CREATE INDEX "ai_image_pair_sku_id_position_id_idx" ON "ai_image_pair"("sku_id", "position", "id");

-- CreateIndex
CREATE INDEX "ai_image_pair_workspace_status_id_idx" ON "ai_image_pair"("workspace", "status", "id");

-- CreateIndex
CREATE INDEX "ai_image_pair_workspace_updated_at_idx" ON "ai_image_pair"("workspace", "updated_at");

-- CreateIndex
CREATE UNIQUE INDEX "ai_image_pair_sku_id_source_sha256_key" ON "ai_image_pair"("sku_id", "source_sha256");

-- CreateIndex
CREATE UNIQUE INDEX "ai_image_key_key" ON "ai_image"("key");

-- CreateIndex
CREATE UNIQUE INDEX "ai_result_image_id_key" ON "ai_result"("image_id");

-- CreateIndex
CREATE UNIQUE INDEX "ai_result_job_item_id_key" ON "ai_result"("job_item_id");

-- CreateIndex
CREATE INDEX "ai_result_pair_id_created_at_idx" ON "ai_result"("pair_id", "created_at");

-- CreateIndex
CREATE INDEX "ai_job_workspace_status_id_idx" ON "ai_job"("workspace", "status", "id");

-- CreateIndex
CREATE UNIQUE INDEX "ai_job_workspace_number_key" ON "ai_job"("workspace", "number");

-- CreateIndex
CREATE UNIQUE INDEX "ai_job_workspace_idempotency_key_key" ON "ai_job"("workspace", "idempotency_key");

-- CreateIndex
CREATE INDEX "ai_job_item_job_id_position_idx" ON "ai_job_item"("job_id", "position");

-- CreateIndex
CREATE INDEX "ai_job_item_job_id_status_idx" ON "ai_job_item"("job_id", "status");

-- CreateIndex
CREATE INDEX "ai_job_item_pair_id_idx" ON "ai_job_item"("pair_id");

-- CreateIndex
CREATE INDEX "ai_job_item_status_worker_id_idx" ON "ai_job_item"("status", "worker_id");

-- CreateIndex
CREATE INDEX "ai_job_log_job_id_at_id_idx" ON "ai_job_log"("job_id", "at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "ai_prompt_group_workspace_name_key" ON "ai_prompt_group"("workspace", "name");

-- CreateIndex
CREATE INDEX "ai_prompt_template_v2_group_id_position_idx" ON "ai_prompt_template_v2"("group_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "ai_upload_key_key" ON "ai_upload"("key");

-- CreateIndex
CREATE INDEX "ai_upload_workspace_id_idx" ON "ai_upload"("workspace", "id");

-- CreateIndex
CREATE INDEX "ai_upload_expires_at_idx" ON "ai_upload"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "ai_api_key_hash_key" ON "ai_api_key"("hash");

-- CreateIndex
CREATE INDEX "ai_api_key_workspace_id_idx" ON "ai_api_key"("workspace", "id");

-- CreateIndex
CREATE INDEX "ai_worker_heartbeat_seen_at_idx" ON "ai_worker_heartbeat"("seen_at");

-- AddForeignKey
ALTER TABLE "ai_image_pair" ADD CONSTRAINT "ai_image_pair_sku_id_fkey" FOREIGN KEY ("sku_id") REFERENCES "ai_workflow_state"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_image_pair" ADD CONSTRAINT "ai_image_pair_source_id_fkey" FOREIGN KEY ("source_id") REFERENCES "ai_image"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_image_pair" ADD CONSTRAINT "ai_image_pair_current_result_id_fkey" FOREIGN KEY ("current_result_id") REFERENCES "ai_result"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_result" ADD CONSTRAINT "ai_result_pair_id_fkey" FOREIGN KEY ("pair_id") REFERENCES "ai_image_pair"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_result" ADD CONSTRAINT "ai_result_image_id_fkey" FOREIGN KEY ("image_id") REFERENCES "ai_image"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_result" ADD CONSTRAINT "ai_result_job_item_id_fkey" FOREIGN KEY ("job_item_id") REFERENCES "ai_job_item"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_job_item" ADD CONSTRAINT "ai_job_item_job_id_fkey" FOREIGN KEY ("job_id") REFERENCES "ai_job"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_job_item" ADD CONSTRAINT "ai_job_item_pair_id_fkey" FOREIGN KEY ("pair_id") REFERENCES "ai_image_pair"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_job_log" ADD CONSTRAINT "ai_job_log_job_id_fkey" FOREIGN KEY ("job_id") REFERENCES "ai_job"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_job_log" ADD CONSTRAINT "ai_job_log_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "ai_job_item"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_prompt_template_v2" ADD CONSTRAINT "ai_prompt_template_v2_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "ai_prompt_group"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_user_prompt_preference" ADD CONSTRAINT "ai_user_prompt_preference_active_prompt_group_id_fkey" FOREIGN KEY ("active_prompt_group_id") REFERENCES "ai_prompt_group"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_upload" ADD CONSTRAINT "ai_upload_image_id_fkey" FOREIGN KEY ("image_id") REFERENCES "ai_image"("id") ON DELETE SET NULL ON UPDATE CASCADE;


