// Galleries: where SKUs come from. None can be configured yet, so every name is unknown.
import { assertRole, type Viewer } from "../auth/viewer.ts";
import { badUserInput } from "../errors.ts";

/** @throws BAD_USER_INPUT: no gallery has this name */
export function syncGallery(viewer: Viewer, { gallery }: { readonly gallery: string }): never {
  assertRole(viewer, "EDITOR");
  throw badUserInput(`input.gallery is "${gallery}": no gallery is configured on this server. Use createUploads or importSources.`);
}
