// A gallery: a place outside where a seller's SKUs and photos live. What all kinds have in common; one contract suite runs on each.
//
// `list` pages through SKUs by a cursor of the gallery's own; a photo is read when it is wanted. `put` shows a SKU's pictures there.
// A gallery knows neither database nor rules: which photos are new and which pictures may go out is decided in domain/.
import type { FetchGuard } from "../fetch/target.ts";
import type { GalleryConfig } from "../gallery-config.ts";
import type { Sentence } from "../say.ts";

/** SKUs of one page at most: what a sync holds in memory at a time. */
export const maxPageItems = 1_000;

/** What every gallery is told besides its own configuration. */
export interface Reach {
  /** What is let through beyond the rules; each gallery adds its own `allow`. */
  readonly guard?: FetchGuard | undefined;
  /** Bytes of a photo: what an upload may have. */
  readonly maxPhotoBytes: number;
}

export interface GalleryPhoto {
  /** What it is known by within its SKU, the same at every sync. */
  readonly key: string;
  /** Changes with its contents; null where a changed photo has another key. */
  readonly version: string | null;
  /** File name for people. */
  readonly name: string;
  /** The gallery calls it the SKU's main one. */
  readonly isMain: boolean;
  /** The file as it lies there. @throws UserError about this photo alone; GalleryError when the gallery itself is out of reach */
  read(signal: AbortSignal): Promise<Buffer>;
}

export interface GalleryItem {
  /** The SKU's code there. */
  readonly code: string;
  /** What the gallery itself calls it by; null where that is the code. */
  readonly remoteId: string | null;
  readonly title: string | null;
  /** In the order in which they are to stand. */
  readonly photos: readonly GalleryPhoto[];
}

/** A SKU that the gallery lists and can not tell about. */
export interface GalleryFault {
  readonly subject: string;
  readonly message: Sentence;
}

export interface GalleryPage {
  /** `maxPageItems` at most. */
  readonly items: readonly GalleryItem[];
  readonly faults: readonly GalleryFault[];
  /** Where the list goes on; null at its end. */
  readonly next: string | null;
  /** SKUs in all; null where the gallery does not tell. */
  readonly total: number | null;
}

export interface Picture {
  /** Ours, to tell outcomes by. */
  readonly id: string;
  /** The key of its photo there, where it was published before unchanged. */
  readonly key: string | null;
  readonly mimeType: string;
  /** Where anybody may fetch it for a day. */
  link(): Promise<string>;
  read(signal: AbortSignal): Promise<Buffer>;
}

/** What a SKU is to show: our pictures in order, the main one first. */
export interface Listing {
  readonly code: string;
  readonly pictures: readonly Picture[];
  /** Keys of photos there that our pictures take the place of. All others stay, after ours. */
  readonly replaces: ReadonlySet<string>;
}

export interface PutPicture {
  readonly id: string;
  /** Its photo's key there, and where it can be seen; null where it was refused. */
  readonly photo: { readonly key: string; readonly version: string | null; readonly url: string | null } | null;
  /** Why it is not there. */
  readonly error: Sentence | null;
}

/** Still under way, to be asked after by its ticket; or ended, each picture by itself. */
export type PutState =
  | { readonly ended: false; readonly ticket: string }
  | { readonly ended: true; readonly pictures: readonly PutPicture[] };

export interface Publisher {
  /** Pictures of one SKU at most, those that stay included. */
  readonly maxPictures: number;
  send(listing: Listing, signal: AbortSignal): Promise<PutState>;
  /** What has become of a listing that was sent; of no use where sending ends at once. @param code the SKU's */
  follow(ticket: string, code: string, signal: AbortSignal): Promise<PutState>;
}

export interface Gallery {
  readonly config: GalleryConfig;
  readonly kind: GalleryConfig["kind"];
  /** @param cursor `next` of the page before; null for the first @throws GalleryError */
  list(cursor: string | null, signal: AbortSignal): Promise<GalleryPage>;
  /** Left out where nothing can be sent there. */
  readonly put?: Publisher;
  close(): void;
}

/**
 * The gallery as a whole did not do what it was asked. `passing`: trying again later may help (limits, its own faults, the network).
 * `lasting`: it will not until somebody changes something (wrong keys, an unknown bucket). The message is for people, without secrets.
 */
export class GalleryError extends Error {
  override name = "GalleryError";
  readonly kind: "passing" | "lasting";
  /** Milliseconds that the gallery asked for; null where it said nothing. */
  readonly retryAfterMs: number | null;
  constructor(
    kind: "passing" | "lasting",
    message: Sentence,
    { retryAfterMs = null, cause }: { retryAfterMs?: number | null; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface Galleries {
  /** Those that a workspace may use, in the order of the configuration. */
  of(workspace: string): readonly Gallery[];
  /** Undefined where the workspace has none of this name. */
  find(workspace: string, name: string): Gallery | undefined;
  close(): void;
}

export function createGalleries(list: readonly Gallery[]): Galleries {
  const of = (workspace: string): Gallery[] => list.filter(({ config }) => config.workspaces.includes(workspace));
  return {
    of,
    find: (workspace, name) => of(workspace).find(({ config }) => config.name === name),
    close() {
      for (const gallery of list) gallery.close();
    },
  };
}
