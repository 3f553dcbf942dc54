// The dialogs as the studio and the hosts use them: each comes with its code when it is first opened.
import { onDemand } from "../shared/on-demand.tsx";
import { prepareSending } from "../upload/useUpload.ts";

export const ImageModal = onDemand(
  async () => (await import("../image-modal/ImageModal.tsx")).ImageModal,
  ({ id }) => id !== undefined,
);
export const PromptModal = onDemand(
  async () => (await import("../prompts/PromptModal.tsx")).PromptModal,
  ({ target }) => target !== undefined,
);
export const ProgressModal = onDemand(
  async () => (await import("../progress/ProgressModal.tsx")).ProgressModal,
  ({ open }) => open,
);
export const DownloadModal = onDemand(
  async () => (await import("../download/DownloadModal.tsx")).DownloadModal,
  ({ target }) => target !== undefined,
);
export const EditImageModal = onDemand(
  async () => (await import("../editor/EditImageModal.tsx")).EditImageModal,
  ({ id }) => id !== undefined,
);
export const GalleryModal = onDemand(
  async () => (await import("../gallery/GalleryModal.tsx")).GalleryModal,
  ({ open }) => open,
);
export const PublishModal = onDemand(
  async () => (await import("../gallery/PublishModal.tsx")).PublishModal,
  ({ target }) => target !== undefined,
);
/** In the bar, and seldom needed: it comes with the import that it tells of. */
export const SyncIndicator = onDemand(
  async () => (await import("../gallery/SyncIndicator.tsx")).SyncIndicator,
  ({ id }) => id !== undefined,
);
export const SettingsModal = onDemand(
  async () => (await import("../settings/SettingsModal.tsx")).SettingsModal,
  ({ open }) => open,
);
export const NewSkuModal = onDemand(
  async () => (await import("../sku-list/NewSkuModal.tsx")).NewSkuModal,
  ({ dropped }) => dropped !== undefined,
);
export const KeysModal = onDemand(
  async () => (await import("./KeysModal.tsx")).KeysModal,
  ({ open }) => open,
);

const dialogs = [
  ImageModal,
  PromptModal,
  ProgressModal,
  EditImageModal,
  DownloadModal,
  SettingsModal,
  NewSkuModal,
  KeysModal,
  GalleryModal,
  PublishModal,
];

/** Brings all of them, and what an upload needs that starts when the network is about to go, in the order in which they are likely to be opened, one after the other so that pictures are not kept waiting. */
export async function prepareDialogs(): Promise<void> {
  for (const dialog of dialogs) await dialog.prepare();
  await prepareSending();
}
