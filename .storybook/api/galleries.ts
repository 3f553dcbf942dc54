// Galleries: imports from them, and approved pictures on their way into them.
import { say } from "../../server/say.ts";
import type { Context, Resolvers } from "./context.ts";
import { type FailureRow, failureOf, notFound, refusal } from "./refusal.ts";
import type { GalleryRow, PairRow, PublicationRow, SyncRow } from "./rows.ts";
import { hasSyncEnded } from "./worker.ts";
import { newSync, type World } from "./world.ts";

const galleryIn = ({ galleries }: World, name: string): GalleryRow => {
  const gallery = galleries.find((each) => each.name === name);
  if (gallery === undefined) throw refusal("BAD_USER_INPUT", say("GALLERY_NONE", { given: JSON.stringify(name) }));
  return gallery;
};

export const lastSyncOf = ({ syncs }: World, name: string): SyncRow | null => syncs.findLast(({ gallery }) => gallery === name) ?? null;

export function syncGallery(name: string, { world, news, worker }: Context): SyncRow {
  const { name: gallery } = galleryIn(world, name);
  const last = lastSyncOf(world, gallery);
  if (last !== null && !hasSyncEnded(last)) return last;
  const sync = newSync(world, gallery);
  news.publish(sync);
  worker.wake();
  return sync;
}

function cancelSync(id: string, { world, news }: Context): SyncRow {
  const sync = world.syncs.find((each) => each.id === id);
  if (sync === undefined) throw notFound("gallery sync with this id");
  if (hasSyncEnded(sync)) return sync;
  Object.assign(sync, { status: "CANCELLED", error: null, finishedAt: new Date().toISOString() });
  news.publish(sync);
  return sync;
}

function publishPairs(name: string, ids: readonly string[], { world, news, worker, switches }: Context) {
  const gallery = galleryIn(world, name);
  const pairs: PairRow[] = [];
  const failures: FailureRow[] = [];
  for (const id of new Set(ids)) {
    const pair = world.pairs.find((each) => each.id === id);
    const why = switches.refuse ?? (pair && refusalOf(pair, gallery));
    if (pair === undefined) failures.push(failureOf(id, notFound("pair with this id")));
    else if (why !== undefined) failures.push(failureOf(id, refusal("CONFLICT", why)));
    else pairs.push(pair);
  }
  for (const pair of pairs.filter((each) => !isSettled(each, publicationIn(each, gallery)))) {
    ask(world, pair, gallery);
    news.publish(pair);
  }
  worker.wake();
  return { pairs, failures };
}

const publicationIn = ({ publications }: PairRow, { name }: GalleryRow): PublicationRow | undefined =>
  publications.find(({ gallery }) => gallery === name);

const isSettled = (pair: PairRow, publication: PublicationRow | undefined): boolean =>
  publication !== undefined && publication.status !== "FAILED" && publication.result === pair.current;

function ask(world: World, pair: PairRow, gallery: GalleryRow): void {
  const asked = { status: "QUEUED", error: null, result: pair.current ?? null, requestedAt: new Date().toISOString() } as const;
  const known = publicationIn(pair, gallery);
  if (known !== undefined) Object.assign(known, asked);
  else {
    pair.publications.push({
      __typename: "Publication",
      id: world.nextId("publication"),
      pair,
      gallery: gallery.name,
      at: null,
      url: null,
      position: null,
      ...asked,
    });
  }
}

function refusalOf(pair: PairRow, { preset }: GalleryRow): string | undefined {
  if (pair.status !== "APPROVED") return say("PAIR_NOT_APPROVED", { status: pair.status });
  const broken = preset !== null && pair.current?.made?.compliance[preset]?.some(([verdict]) => verdict === "FAILED") === true;
  return broken ? `The result breaks the rules of ${preset}: The picture is 3:4.` : undefined;
}

export const galleries: Resolvers = {
  Gallery: {
    lastSync: ({ name }: GalleryRow, _: unknown, { world }: Context) => lastSyncOf(world, name),
  },
  Publication: {
    isCurrent: ({ result, pair }: PublicationRow) => result !== null && result === pair.current,
  },
  Mutation: {
    syncGallery: (_: unknown, { input }: { input: { gallery: string } }, context: Context) => syncGallery(input.gallery, context),
    cancelGallerySync: (_: unknown, { id }: { id: string }, context: Context) => cancelSync(id, context),
    publishPairs: (_: unknown, { input }: { input: { gallery: string; pairs: readonly string[] } }, context: Context) =>
      publishPairs(input.gallery, input.pairs, context),
  },
};
