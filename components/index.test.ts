// The public surface: what hosts rely on is changed on purpose only.
import { expect, it } from "vitest";
import * as widget from "./index.ts";

it("exports the parts and hooks that hosts rely on, and nothing else", () => {
  expect(Object.keys(widget).toSorted()).toEqual([
    "DownloadModal",
    "EditImageModal",
    "ImageComparison",
    "ImageModal",
    "ImageStudio",
    "JobIndicator",
    "OfflineNotice",
    "PairGrid",
    "ProgressModal",
    "PromptModal",
    "ReviewToast",
    "SkuList",
    "StudioProvider",
    "TopBar",
    "UploadTile",
    "locales",
    "useActiveJobId",
    "useChangeSettings",
    "useConnection",
    "useDownload",
    "useEdit",
    "useJob",
    "useJobItems",
    "useMaskRun",
    "usePair",
    "usePairs",
    "useReview",
    "useRun",
    "useRunChoices",
    "useSkuCounts",
    "useSkus",
    "useStudio",
    "useUpload",
    "useViewer",
  ]);
});
