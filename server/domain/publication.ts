// Publications: approved pictures on their way to a gallery.
import type { App } from "../app.ts";
import { assertRole, type Viewer } from "../auth/viewer.ts";
import { conflict } from "../errors.ts";
import type { Subject } from "./bulk.ts";
import { requireGallery } from "./gallery.ts";
import type { PairsOutcome } from "./review.ts";

export interface PublishPairsInput {
  readonly gallery: string;
  readonly subjects: readonly Subject[];
}

/** @throws BAD_USER_INPUT for an unknown gallery, CONFLICT for one that takes no pictures */
export async function publishPairs(app: App, viewer: Viewer, input: PublishPairsInput): Promise<PairsOutcome> {
  assertRole(viewer, "EDITOR");
  const gallery = requireGallery(app, viewer, input.gallery);
  throw conflict(`The gallery ${gallery.config.name} takes no pictures: publish to one that does.`);
}
