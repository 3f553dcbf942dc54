-- Lists stay as quick at 100,000 SKUs as at 1,000: totals that need no counting, a search that reads an index, and an index
-- for each order under each status. docs/decisions/0004-fast-lists.md says why it is built so.

-- How many SKUs and pairs stand at each status, as a sum of changes. Rows are only ever added by those who change something,
-- so nobody waits for anybody; a periodic task puts them together (server/domain/tally.ts).
CREATE TABLE "ai_tally" (
    "id" BIGSERIAL NOT NULL,
    "workspace" TEXT NOT NULL,
    "noun" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "n" INTEGER NOT NULL,

    CONSTRAINT "ai_tally_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "ai_tally_workspace_noun_idx" ON "ai_tally"("workspace", "noun");

CREATE FUNCTION ai_tally_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO ai_tally (workspace, noun, status, n)
    SELECT workspace, TG_ARGV[0], status::text, count(*) FROM new_rows GROUP BY workspace, status;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO ai_tally (workspace, noun, status, n)
    SELECT workspace, TG_ARGV[0], status::text, -count(*) FROM old_rows GROUP BY workspace, status;
  ELSE
    INSERT INTO ai_tally (workspace, noun, status, n)
    SELECT workspace, TG_ARGV[0], status::text, sum(n)
    FROM (SELECT workspace, status, 1 AS n FROM new_rows UNION ALL SELECT workspace, status, -1 FROM old_rows) r
    GROUP BY workspace, status HAVING sum(n) <> 0;
  END IF;
  RETURN NULL;
END $$;

-- What a SKU is found by: its code and title in lower case, and their pieces of one, two, three and five characters, each
-- with the workspace hashed into a number. Kept beside the SKU, whose own row changes with every photo that is done.
CREATE TABLE "ai_sku_search" (
    "sku_id" UUID NOT NULL,
    "workspace" TEXT NOT NULL,
    "words" TEXT NOT NULL,
    "pieces" INTEGER[],

    CONSTRAINT "ai_sku_search_pkey" PRIMARY KEY ("sku_id"),
    CONSTRAINT "ai_sku_search_sku_id_fkey" FOREIGN KEY ("sku_id") REFERENCES "ai_workflow_state"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE FUNCTION ai_words(code text, title text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT lower(code) || E'\n' || lower(coalesce(title, ''))
$$;

-- md5 and not a hash of PostgreSQL's own: those may change between its versions.
CREATE FUNCTION ai_pieces(workspace text, words text, sizes int[]) RETURNS int[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT ('x' || left(md5(workspace || E'\n' || substr(words, start, size)), 8))::bit(32)::int), '{}')
  FROM unnest(sizes) AS size, generate_series(1, char_length(words) - size + 1) AS start
$$;

CREATE FUNCTION ai_index_new_skus() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ai_sku_search (sku_id, workspace, words, pieces)
  SELECT id, workspace, ai_words(code, title), ai_pieces(workspace, ai_words(code, title), '{1,2,3,5}') FROM new_rows;
  RETURN NULL;
END $$;

CREATE FUNCTION ai_index_renamed_sku() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE ai_sku_search SET words = ai_words(NEW.code, NEW.title), pieces = ai_pieces(NEW.workspace, ai_words(NEW.code, NEW.title), '{1,2,3,5}')
  WHERE sku_id = NEW.id;
  RETURN NULL;
END $$;

-- In one block, so that no change slips in between what is counted here and what the triggers see.
DO $$
BEGIN
  LOCK TABLE ai_workflow_state, ai_image_pair IN SHARE ROW EXCLUSIVE MODE;

  CREATE TRIGGER tally_insert AFTER INSERT ON ai_workflow_state
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ai_tally_rows('sku');
  CREATE TRIGGER tally_update AFTER UPDATE ON ai_workflow_state
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ai_tally_rows('sku');
  CREATE TRIGGER tally_delete AFTER DELETE ON ai_workflow_state
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION ai_tally_rows('sku');
  CREATE TRIGGER tally_insert AFTER INSERT ON ai_image_pair
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ai_tally_rows('pair');
  CREATE TRIGGER tally_update AFTER UPDATE ON ai_image_pair
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ai_tally_rows('pair');
  CREATE TRIGGER tally_delete AFTER DELETE ON ai_image_pair
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION ai_tally_rows('pair');
  CREATE TRIGGER index_insert AFTER INSERT ON ai_workflow_state
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ai_index_new_skus();
  CREATE TRIGGER index_update AFTER UPDATE OF code, title ON ai_workflow_state
    FOR EACH ROW WHEN (OLD.code IS DISTINCT FROM NEW.code OR OLD.title IS DISTINCT FROM NEW.title) EXECUTE FUNCTION ai_index_renamed_sku();

  INSERT INTO ai_tally (workspace, noun, status, n) SELECT workspace, 'sku', status::text, count(*) FROM ai_workflow_state GROUP BY workspace, status;
  INSERT INTO ai_tally (workspace, noun, status, n) SELECT workspace, 'pair', status::text, count(*) FROM ai_image_pair GROUP BY workspace, status;
  INSERT INTO ai_sku_search (sku_id, workspace, words, pieces)
  SELECT id, workspace, ai_words(code, title), ai_pieces(workspace, ai_words(code, title), '{1,2,3,5}') FROM ai_workflow_state;
END $$;

-- New SKUs wait in a list before they are sorted in: a short one (kilobytes), for every search reads through it.
CREATE INDEX "ai_sku_search_pieces_idx" ON "ai_sku_search" USING GIN ("pieces") WITH (gin_pending_list_limit = 512);

CREATE INDEX "ai_workflow_state_workspace_status_created_at_id_idx" ON "ai_workflow_state"("workspace", "status", "created_at", "id");
CREATE INDEX "ai_workflow_state_workspace_status_updated_at_id_idx" ON "ai_workflow_state"("workspace", "status", "updated_at", "id");
-- The main pair, or the first, is the first row of a SKU's stretch of this one.
CREATE INDEX "ai_image_pair_sku_id_is_main_position_id_idx" ON "ai_image_pair"("sku_id", "is_main" DESC, "position", "id");
CREATE INDEX "ai_job_workspace_id_idx" ON "ai_job"("workspace", "id");
