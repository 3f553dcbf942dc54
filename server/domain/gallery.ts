// Galleries: where SKUs come from, and where approved pictures may go. Which ones a viewer has, and how their last pull went.
import type { App } from "../app.ts";
import type { Viewer } from "../auth/viewer.ts";
import type { Prisma } from "../db/client.ts";
import { badUserInput } from "../errors.ts";
import type { Gallery } from "../galleries/gallery.ts";
import { say } from "../say.ts";

export type GallerySyncRow = Prisma.GallerySyncGetPayload<object>;

export const gallerySyncWhere = (viewer: Viewer): Prisma.GallerySyncWhereInput => ({ workspace: viewer.workspace });

/** Those that the configuration lets the viewer's workspace use. */
export const listGalleries = (app: App, viewer: Viewer): readonly Gallery[] => app.galleries.of(viewer.workspace);

/** @throws BAD_USER_INPUT naming those that there are; another workspace's gallery is one that is not there */
export function requireGallery(app: App, viewer: Viewer, name: string): Gallery {
  const found = app.galleries.find(viewer.workspace, name);
  if (found !== undefined) return found;
  const names = listGalleries(app, viewer).map(({ config }) => config.name);
  const given = JSON.stringify(name.slice(0, 100));
  throw badUserInput(names.length === 0 ? say("GALLERY_NONE", { given }) : say("GALLERY_UNKNOWN", { given, names: names.join(", ") }));
}

/** The preset that pictures must pass on their way to a gallery; null where every approved picture may go. */
export const presetOf = ({ config }: Gallery): string | null => config.preset ?? (config.kind === "ozon" ? "ozon" : null);
