-- Codes are composed (NFC) whoever writes them: a process of a version that keeps them as they come may still run when 20261129000100_composed_codes
-- has, and what it wrote would be reached by no code, or stand beside its composed twin.
CREATE FUNCTION ai_compose_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.code := normalize(NEW.code, NFC);
  RETURN NEW;
END $$;

-- In one block, so that none slips in between. What was written until now follows, save one whose composed twin is there already.
DO $$
BEGIN
  IF getdatabaseencoding() = 'UTF8' THEN
    CREATE TRIGGER compose_code BEFORE INSERT OR UPDATE OF code ON ai_workflow_state
      FOR EACH ROW WHEN (NEW.code IS NOT NFC NORMALIZED) EXECUTE FUNCTION ai_compose_code();

    UPDATE ai_workflow_state s SET code = normalize(code, NFC) WHERE id IN (
      SELECT DISTINCT ON (workspace, normalize(code, NFC)) id FROM ai_workflow_state
      WHERE code IS NOT NFC NORMALIZED ORDER BY workspace, normalize(code, NFC), id
    ) AND NOT EXISTS (SELECT 1 FROM ai_workflow_state twin WHERE twin.workspace = s.workspace AND twin.code = normalize(s.code, NFC));
  END IF;
END $$;
