// How many SKUs and pairs stand at each status, without counting them: triggers note every change, reading sums the notes.
import type { App } from "../app.ts";
import type { Viewer } from "../auth/viewer.ts";

/** Notes of one kind that may lie about before they are put together: a sum over so few costs nothing. */
const compactAbove = 50;

/** The exact number at each status; a status that nothing stands at may be missing. */
export async function readTally(app: App, { workspace }: Viewer, noun: "sku" | "pair"): Promise<ReadonlyMap<string, number>> {
  const rows = await app.db.$queryRaw<{ status: string; n: number }[]>`
    SELECT status, sum(n)::int AS n FROM ai_tally WHERE workspace = ${workspace} AND noun = ${noun} GROUP BY status`;
  return new Map(rows.map(({ status, n }) => [status, n]));
}

/**
 * Puts notes together into one a status. One statement: a reader sees all of the old notes or the new one. Two at once are safe:
 * each takes the rows that the other has not locked, and what it adds is the sum of just those that it took away.
 */
export async function compactTallies({ db }: Pick<App, "db">): Promise<void> {
  await db.$executeRaw`
    WITH crowded AS (
      SELECT workspace, noun, status FROM ai_tally GROUP BY workspace, noun, status HAVING count(*) > ${compactAbove}
    ), free AS (
      SELECT t.id FROM ai_tally t JOIN crowded USING (workspace, noun, status) FOR UPDATE OF t SKIP LOCKED
    ), taken AS (
      DELETE FROM ai_tally t USING free WHERE t.id = free.id RETURNING t.workspace, t.noun, t.status, t.n
    )
    INSERT INTO ai_tally (workspace, noun, status, n)
    SELECT workspace, noun, status, sum(n) FROM taken GROUP BY workspace, noun, status HAVING sum(n) <> 0`;
}
