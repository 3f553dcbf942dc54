"use client";

// The whole public surface of the widget; a test pins it.

export type {
  DownloadLinkFragment,
  JobItemTileFragment,
  JobStateFragment,
  JobStatus,
  PairCellFragment,
  PairStatus,
  PublicationStateFragment,
  PublishedPairFragment,
  Role,
  SkuRowFragment,
  SkuStatus,
  SyncStateFragment,
} from "./api/generated/graphql.ts";
export type { Transport } from "./api/transport.ts";
export type { PagesHandle } from "./api/usePages.ts";
export type { Placement } from "./comparison/geometry.ts";
export { type ComparedPicture, type CompareMode, ImageComparison, type ImageComparisonProps } from "./comparison/ImageComparison.tsx";
export type { DownloadModalProps } from "./download/DownloadModal.tsx";
export { type DownloadRead, useDownload } from "./download/useDownload.ts";
export type { RatioPreset } from "./editor/AdjustPanel.tsx";
export type { EditImageModalProps } from "./editor/EditImageModal.tsx";
export type { Edit } from "./editor/edit.ts";
export { type EditHandle, useEdit } from "./editor/useEdit.ts";
export { type MaskEngine, type MaskRun, useMaskRun } from "./editor/useMaskRun.ts";
export type { GalleryModalProps } from "./gallery/GalleryModal.tsx";
export type { PublishModalProps } from "./gallery/PublishModal.tsx";
export type { SyncIndicatorProps } from "./gallery/SyncIndicator.tsx";
export { type GalleriesRead, type Gallery, useGalleries } from "./gallery/useGalleries.ts";
export {
  type GallerySyncRead,
  type SyncFailure,
  type SyncSteering,
  useGallerySync,
  useSyncFailures,
  useSyncSteering,
} from "./gallery/useGallerySync.ts";
export { type Publishable, usePublish } from "./gallery/usePublish.ts";
export type { CompliancePreset } from "./image-modal/Compliance.tsx";
export type { ImageModalProps } from "./image-modal/ImageModal.tsx";
export { type PairInFull, type PairRead, usePair } from "./image-modal/usePair.ts";
export type { CellSize } from "./pair-grid/PairBones.tsx";
export { PairGrid, type PairGridProps } from "./pair-grid/PairGrid.tsx";
export { type PairsHandle, usePairs } from "./pair-grid/usePairs.ts";
export { JobIndicator, type JobIndicatorProps } from "./progress/JobIndicator.tsx";
export type { ProgressModalProps } from "./progress/ProgressModal.tsx";
export { type JobHandle, type JobItems, type Steering, useActiveJobId, useJob, useJobItems } from "./progress/useJob.ts";
export { useJobLog } from "./progress/useJobLog.ts";
export type { PromptModalProps } from "./prompts/PromptModal.tsx";
export type { RunMode, RunPlan } from "./prompts/plan.ts";
export { type ChangeSettings, type SettingsChange, useChangeSettings } from "./prompts/useChangeSettings.ts";
export { type Engine, type OutputPreset, type PromptGroup, type Run, type RunChoices, useRun, useRunChoices } from "./prompts/useRun.ts";
export { type PlanHandle, useRunPlan } from "./prompts/useRunPlan.ts";
export { ReviewToast } from "./review/ReviewToast.tsx";
export { type ReviewedPair, type ReviewHandle, type ReviewNotice, useReview } from "./review/useReview.ts";
export type { SettingsModalProps, SettingsTab } from "./settings/SettingsModal.tsx";
export { type ApiKeysHandle, useApiKeys } from "./settings/useApiKeys.ts";
export { type PromptsHandle, usePrompts } from "./settings/usePrompts.ts";
export { type SettingsHandle, useSettings } from "./settings/useSettings.ts";
export { type Try, useTry } from "./settings/useTry.ts";
export { type Decision, type Review, type Studio, useStudio } from "./shared/context.ts";
export type { DroppedFile } from "./shared/dropped.ts";
export { type Locale, locales, type Message, type MessageKey, type Messages } from "./shared/messages/messages.ts";
export { OptionsForm, type OptionsFormProps } from "./shared/OptionsForm.tsx";
export { PublishedMark, type PublishedMarkProps } from "./shared/PublishedMark.tsx";
export type { RunTarget } from "./shared/run-target.ts";
export { StudioProvider, type StudioProviderProps } from "./shared/StudioProvider.tsx";
export type { Theme, ThemeMode, ThemeVariable } from "./shared/theme.ts";
export { type Saving, useSaving } from "./shared/useSaving.ts";
export { useUnsent } from "./shared/useUnsent.ts";
export type { NewSkuModalProps } from "./sku-list/NewSkuModal.tsx";
export { SkuList, type SkuListProps } from "./sku-list/SkuList.tsx";
export { type NewSkusHandle, useNewSkus } from "./sku-list/useNewSkus.ts";
export { type SkuCounts, type SkusInput, type SkuTab, useSkuCounts, useSkus } from "./sku-list/useSkus.ts";
export type { Feature, Features } from "./studio/features.ts";
export { ImageStudio, type ImageStudioProps } from "./studio/ImageStudio.tsx";
export { OfflineNotice, useConnection } from "./studio/OfflineNotice.tsx";
export {
  DownloadModal,
  EditImageModal,
  GalleryModal,
  ImageModal,
  NewSkuModal,
  ProgressModal,
  PromptModal,
  PublishModal,
  SettingsModal,
  SyncIndicator,
} from "./studio/on-demand.ts";
export type { SlotName, Slots } from "./studio/slots.ts";
export { TopBar, type TopBarProps } from "./studio/TopBar.tsx";
export { useViewer, type ViewerRights } from "./studio/useViewer.ts";
export type { UploadFailure, UploadState } from "./upload/batches.ts";
export { UploadTile, type UploadTileProps } from "./upload/UploadTile.tsx";
export { type Upload, type Uploads, useUpload } from "./upload/useUpload.ts";
