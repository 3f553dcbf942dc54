// Development mode's own secrets: made once, kept in DATA_DIR, readable by the owner alone, never printed.
import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { apiKeyPrefix } from "../auth/authenticate.ts";

const secretBytes = 32;

export interface DevelopmentKeys {
  /** Signs and checks the demo app's tokens. */
  readonly tokenSecret: string;
  readonly apiKey: string;
  /** Absolute path of the file that holds the API key. */
  readonly apiKeyFile: string;
}

export async function readDevelopmentKeys(dataDir: string): Promise<DevelopmentKeys> {
  await mkdir(dataDir, { recursive: true });
  const apiKeyFile = join(dataDir, "api-key");
  return {
    tokenSecret: await keptSecret(join(dataDir, "token-secret"), ""),
    apiKey: await keptSecret(apiKeyFile, apiKeyPrefix),
    apiKeyFile,
  };
}

/** What the file holds; made when there is none. Two starts at once agree: the first to create it wins. */
async function keptSecret(file: string, prefix: string): Promise<string> {
  const fresh = `${prefix}${randomBytes(secretBytes).toString("base64url")}\n`;
  await writeFile(file, fresh, { flag: "wx", mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  await chmod(file, 0o600);
  const kept = (await readFile(file, "utf8")).trim();
  if (kept === "") throw new Error(`${file} is empty: delete it, and the next start makes a new one.`);
  return kept;
}
