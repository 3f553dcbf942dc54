-- A ZIP that was asked for: what goes into it, as it stood then.
CREATE TABLE "ai_download" (
    "id" UUID NOT NULL,
    "workspace" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "format" TEXT,
    "items" JSONB NOT NULL,
    "created_by" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ai_download_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "ai_download_expires_at_idx" ON "ai_download"("expires_at");
