// Objects that no row holds: noted in the transaction that leaves them, or before their bytes are stored; deleted by the sweep.
//
// A note is an object's key, or a prefix that ends in "." or "/", as no key does. It counts from `since` on. The objects go first and the note
// after them, so whatever dies in between is done again. A row of ai_image that comes to hold an object takes its note away (a trigger).
import type { App } from "../app.ts";
import type { Db, Tx } from "../db/client.ts";
import { messageOf } from "../errors.ts";
import { keys } from "../storage/keys.ts";

/** Notes handled together: one request to an S3 store deletes as many objects. */
const batchSize = 1_000;
/** Prefixes listed at once; each is a request of its own. */
const listConcurrency = 8;
/** Seconds a prefix stays noted after its objects are gone: a scaled copy that was being made at that moment comes after. */
const settleSeconds = 600;
/** Hours after which bytes that still have no row are taken for a crash's: far above what storing and writing the row take. */
const unclaimedHours = 24;

interface StoredImage {
  readonly id: string;
  readonly workspace: string;
  readonly key: string;
}

/** The objects of deleted pictures, with all scaled copies of them. */
export const orphanImages = (tx: Tx, images: readonly StoredImage[]): Promise<void> =>
  note(
    tx,
    images.flatMap(({ id, workspace, key }) => [key, keys.derivedPrefix(workspace, id)].map((each) => ({ key: each, since: null }))),
  );

/** Objects that a link may still bring back until `since`. */
export const orphanObjects = (tx: Tx, objects: readonly { key: string; since: Date }[]): Promise<void> => note(tx, objects);

/** Before objects are stored whose rows come after them: when this process dies in between, the sweep finds them. */
export async function expectImages(db: Db | Tx, imageKeys: readonly string[]): Promise<void> {
  const since = new Date(Date.now() + unclaimedHours * 3_600_000);
  await note(
    db,
    imageKeys.map((key) => ({ key, since })),
  );
}

async function note(db: Db | Tx, objects: readonly { key: string; since: Date | null }[]): Promise<void> {
  if (objects.length === 0) return;
  await db.$executeRaw`
    INSERT INTO ai_orphan_object (key, since)
    SELECT key, coalesce(since, now())
    FROM unnest(${objects.map(({ key }) => key)}::text[], ${objects.map(({ since }) => since)}::timestamptz[]) AS u(key, since)
    ON CONFLICT (key) DO UPDATE SET since = least(ai_orphan_object.since, excluded.since)`;
}

type Note = { readonly key: string; readonly isSettled: boolean };
const isPrefix = ({ key }: Note): boolean => /[./]$/.test(key);

/** Deletes what is noted. A batch that fails keeps its notes and holds up no other; the first fault is thrown at the end. */
export async function removeOrphans(app: App): Promise<void> {
  const faults: unknown[] = [];
  for (let after = ""; ; ) {
    const notes = await app.db.$queryRaw<Note[]>`
      SELECT o.key, o.since < now() - make_interval(secs => ${settleSeconds}::double precision) AS "isSettled" FROM ai_orphan_object o
      WHERE o.since <= now() AND o.key > ${after} AND NOT EXISTS (SELECT 1 FROM ai_image i WHERE i.key = o.key)
      ORDER BY o.key LIMIT ${batchSize}`;
    const last = notes.at(-1);
    if (last === undefined) break;
    after = last.key;
    await removeBatch(app, notes).catch((error) => faults.push(error));
  }
  if (faults.length > 0) {
    throw new Error(`Objects of deleted pictures are still in the store (${messageOf(faults[0])}); the next sweep tries again.`, {
      cause: faults[0],
    });
  }
}

async function removeBatch(app: App, notes: readonly Note[]): Promise<void> {
  await app.store.delete(notes.filter((each) => !isPrefix(each)).map(({ key }) => key));
  const prefixes = notes.filter(isPrefix).values();
  const removeBelow = async (): Promise<void> => {
    for (const { key: prefix } of prefixes) {
      const found: string[] = [];
      for await (const { key } of app.store.list(prefix)) found.push(key);
      if (found.length > 0) await app.store.delete(found);
    }
  };
  await Promise.all(Array.from({ length: listConcurrency }, removeBelow));
  const done = notes.filter((each) => !isPrefix(each) || each.isSettled).map(({ key }) => key);
  await app.db.$executeRaw`DELETE FROM ai_orphan_object WHERE key = ANY (${done}::text[])`;
}
