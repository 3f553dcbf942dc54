-- Objects that no row holds, or that no row may come to hold. A key, or a prefix that ends in "/", is an orphan from
-- "since" on; the sweep deletes the objects first and the row here after them, so that a crash in between loses nothing.
CREATE TABLE "ai_orphan_object" (
    "key" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ai_orphan_object_pkey" PRIMARY KEY ("key")
);

CREATE INDEX "ai_orphan_object_since_idx" ON "ai_orphan_object"("since");

-- A picture's row adopts its object, in the row's own transaction: what was noted before the bytes were stored is forgotten.
CREATE FUNCTION ai_adopt_object() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM ai_orphan_object WHERE key = NEW.key;
  RETURN NULL;
END $$;

CREATE TRIGGER adopt_object AFTER INSERT ON ai_image
  FOR EACH ROW EXECUTE FUNCTION ai_adopt_object();

-- Deleting a pair follows these from the other side: without them every deleted row would read the whole table.
CREATE INDEX "ai_job_log_item_id_idx" ON "ai_job_log"("item_id");
CREATE INDEX "ai_upload_image_id_idx" ON "ai_upload"("image_id");
CREATE INDEX "ai_upload_sku_id_idx" ON "ai_upload"("sku_id");
