-- Codes are kept composed (NFC) from here on and asked for so: those of before follow, save one whose composed twin is there already.
-- `normalize` wants UTF-8, the only encoding that Prisma speaks.
DO $$
BEGIN
  IF getdatabaseencoding() = 'UTF8' THEN
    UPDATE ai_workflow_state SET code = normalize(code, NFC) WHERE id IN (
      SELECT id FROM (
        SELECT id, code, row_number() OVER (PARTITION BY workspace, normalize(code, NFC) ORDER BY (code IS NFC NORMALIZED) DESC, id) AS n
        FROM ai_workflow_state
      ) spelled WHERE n = 1 AND code IS NOT NFC NORMALIZED
    );
  END IF;
END $$;
