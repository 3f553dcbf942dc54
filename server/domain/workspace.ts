// Workspaces: the one row that whatever is limited per workspace is counted under.
import type { Tx } from "../db/client.ts";

/** Held until `tx` ends: two that add to one workspace at once can not both take its last free place. */
export async function lockWorkspace(tx: Tx, workspace: string): Promise<void> {
  await tx.$executeRaw`INSERT INTO ai_workspace (id) VALUES (${workspace}) ON CONFLICT (id) DO NOTHING`;
  await tx.$queryRaw`SELECT 1 FROM ai_workspace WHERE id = ${workspace} FOR NO KEY UPDATE`;
}
