// Galleries: where SKUs come from, and where approved pictures may go. Which ones a viewer has, and how their last pull went.
import type { App } from "../app.ts";
import type { Viewer } from "../auth/viewer.ts";
import type { Prisma } from "../db/client.ts";
import { badUserInput } from "../errors.ts";
import type { Gallery } from "../galleries/gallery.ts";

export type GallerySyncRow = Prisma.GallerySyncGetPayload<object>;

export const gallerySyncWhere = (viewer: Viewer): Prisma.GallerySyncWhereInput => ({ workspace: viewer.workspace });

/** Those that the configuration lets the viewer's workspace use. */
export const listGalleries = (app: App, viewer: Viewer): readonly Gallery[] => app.galleries.of(viewer.workspace);

/** @throws BAD_USER_INPUT naming those that there are; another workspace's gallery is one that is not there */
export function requireGallery(app: App, viewer: Viewer, name: string): Gallery {
  const found = app.galleries.find(viewer.workspace, name);
  if (found !== undefined) return found;
  const names = listGalleries(app, viewer).map(({ config }) => config.name);
  const given = `input.gallery is ${JSON.stringify(name.slice(0, 100))}`;
  throw badUserInput(
    names.length === 0
      ? `${given}: no gallery is configured for this workspace. Whoever runs the server adds one to GALLERIES; meanwhile use createUploads or importSources.`
      : `${given}: it must be one of ${names.join(", ")}.`,
  );
}

/** The preset that pictures must pass on their way to a gallery; null where every approved picture may go. */
export const presetOf = ({ config }: Gallery): string | null => config.preset ?? (config.kind === "ozon" ? "ozon" : null);
