// The parts that a host may replace or remove, and what stands in their places.
import { type ComponentProps, type ComponentType, createContext, useContext, useMemo } from "react";
import { PairGrid } from "../pair-grid/PairGrid.tsx";
import { JobIndicator } from "../progress/JobIndicator.tsx";
import { ReviewToast } from "../review/ReviewToast.tsx";
import { SkuList } from "../sku-list/SkuList.tsx";
import { UploadTile } from "../upload/UploadTile.tsx";
import { OfflineNotice } from "./OfflineNotice.tsx";
import {
  DownloadModal,
  EditImageModal,
  GalleryModal,
  ImageModal,
  KeysModal,
  NewSkuModal,
  ProgressModal,
  PromptModal,
  PublishModal,
  SettingsModal,
  SyncIndicator,
} from "./on-demand.ts";
import { PairHead } from "./PairHead.tsx";
import { TopBar } from "./TopBar.tsx";

const own = {
  TopBar,
  JobIndicator,
  SyncIndicator,
  SkuList,
  OfflineNotice,
  PairHead,
  PairGrid,
  UploadTile,
  ReviewToast,
  ImageModal,
  EditImageModal,
  PromptModal,
  ProgressModal,
  DownloadModal,
  GalleryModal,
  PublishModal,
  SettingsModal,
  NewSkuModal,
  KeysModal,
};

export type SlotName = keyof typeof own;
type Parts = { readonly [Name in SlotName]: ComponentType<ComponentProps<(typeof own)[Name]>> };
/** Each is given the props of the part that it replaces; null removes the part, and with it what only opens it. */
export type Slots = { readonly [Name in SlotName]?: Parts[Name] | null };

const none: Slots = {};
const Nothing = (): null => null;

export const SlotsContext = createContext(none);

export function useParts(): Parts {
  const slots = useContext(SlotsContext);
  return useMemo(() => {
    const given = Object.entries(slots).filter(([, part]) => part !== undefined);
    return { ...own, ...Object.fromEntries(given.map(([name, part]) => [name, part ?? Nothing])) };
  }, [slots]);
}
