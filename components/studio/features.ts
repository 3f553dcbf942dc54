// What the studio offers here: what the host wants of it, as far as the viewer's role allows.
import type { Slots } from "./slots.ts";
import type { ViewerRights } from "./useViewer.ts";

/**
 * `list` the SKUs on the left, `search` its field, `defaults` engine, prompts and output in the bar, `language` its choice, `settings`
 * their dialog, `upload` new photos, `create` new SKUs, `gallery` photos from galleries, `publish` approved ones into them, `run` jobs, `edit` the editor,
 * `review` decisions, the main photo and the choice among results,
 * `download` ZIPs and single results.
 */
export type Feature =
  | "list"
  | "search"
  | "defaults"
  | "language"
  | "settings"
  | "upload"
  | "create"
  | "gallery"
  | "publish"
  | "run"
  | "edit"
  | "review"
  | "download";

/** What is set to false is not shown, and its keys do nothing. It hides; what somebody may do is decided by the token's role. */
export type Features = Readonly<Partial<Record<Feature, boolean>>>;

export type Offer = Readonly<Record<Feature, boolean>> & {
  /** The dialog that asks for new SKUs, besides the first one of an empty workspace. */
  readonly newSku: boolean;
  /** The run dialog, besides running again. */
  readonly runDialog: boolean;
  /** A single result, which whoever sees it may keep. */
  readonly saving: boolean;
};

export function offerOf({ canEdit, canReview }: ViewerRights, features: Features, slots: Slots): Offer {
  const wants = (feature: Feature, slot?: keyof Slots): boolean =>
    features[feature] !== false && (slot === undefined || slots[slot] !== null);
  const list = wants("list", "SkuList");
  const run = canEdit && wants("run");
  const upload = canEdit && wants("upload", "UploadTile");
  const create = upload && wants("create");
  return {
    list,
    search: list && wants("search"),
    defaults: wants("defaults"),
    language: wants("language"),
    settings: canReview && wants("settings", "SettingsModal"),
    upload,
    create,
    newSku: create && list && wants("create", "NewSkuModal"),
    gallery: canEdit && wants("gallery", "GalleryModal"),
    publish: canEdit && wants("publish", "PublishModal"),
    run,
    runDialog: run && wants("run", "PromptModal"),
    edit: canEdit && wants("edit", "EditImageModal"),
    review: canReview && wants("review"),
    saving: wants("download"),
    download: canReview && wants("download", "DownloadModal"),
  };
}
