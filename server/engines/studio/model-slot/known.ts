// The networks that are known by name: what ships with the project, what `npm run model` fetches, and how each family reads a picture.
import { fileURLToPath } from "node:url";
import type { StudioModelName } from "../../../config.ts";
import { imageNet, type Model, type NetworkSpec } from "./spec.ts";

/** A file that can be fetched; its bytes and hash are those of one version for ever. */
export interface KnownModel {
  readonly name: StudioModelName;
  readonly file: string;
  readonly url: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Of the published code and weights; docs/models/larger-models.md says what else there is to know. */
  readonly licence: string;
  /** What its licence leaves open, told to whoever fetches it; null where nothing is known to be. */
  readonly caution: string | null;
  /** Where its makers publish it. */
  readonly home: string;
  readonly spec: NetworkSpec;
}

/** Trained for this project; see docs/models/product-seg-384.md. */
export const builtInModel: Model = {
  name: "product-seg-384",
  path: fileURLToPath(new URL("../model/product-seg-384.onnx", import.meta.url)),
  spec: {
    usualSide: 384,
    mean: [0, 0, 0],
    std: [1, 1, 1],
    scale: 255,
    sigmoid: false,
    stretch: false,
    kernel: "linear",
    looks: "many",
    heavy: false,
  },
  version: "built in",
};

// As rembg feeds and reads them: https://github.com/danielgatis/rembg/tree/main/rembg/sessions (u2netp, dis_general_use,
// birefnet_general_lite) and `normalize` in base.py beside them. Of each answer the first output alone counts.
const asRembg = { scale: "maximum", stretch: true, kernel: "lanczos3", looks: "few" } as const;
const u2net = { ...asRembg, ...imageNet, usualSide: 320, sigmoid: false, heavy: false } as const;
const isnet = { ...asRembg, mean: [0.5, 0.5, 0.5], std: [1, 1, 1], usualSide: 1024, sigmoid: false, heavy: true } as const;
const birefnet = { ...asRembg, ...imageNet, usualSide: 1024, sigmoid: true, heavy: true } as const;

const release = "https://github.com/danielgatis/rembg/releases/download/v0.0.0";

const nonCommercialPhotos =
  "Some of the photos it was trained with may not be used commercially, and whether that reaches the network is settled nowhere: " +
  "read docs/models/larger-models.md before you sell what it makes.";

export type KnownModels = Readonly<Record<StudioModelName, KnownModel>>;

export const knownModels: KnownModels = {
  u2netp: {
    name: "u2netp",
    file: "u2netp.onnx",
    url: `${release}/u2netp.onnx`,
    bytes: 4_574_861,
    sha256: "309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8",
    licence: "Apache-2.0",
    caution: null,
    home: "https://github.com/xuebinqin/U-2-Net",
    spec: u2net,
  },
  "isnet-general-use": {
    name: "isnet-general-use",
    file: "isnet-general-use.onnx",
    url: `${release}/isnet-general-use.onnx`,
    bytes: 178_648_008,
    sha256: "60920e99c45464f2ba57bee2ad08c919a52bbf852739e96947fbb4358c0d964a",
    licence: "Apache-2.0 (code)",
    caution: nonCommercialPhotos,
    home: "https://github.com/xuebinqin/DIS",
    spec: isnet,
  },
  "birefnet-lite": {
    name: "birefnet-lite",
    file: "BiRefNet-general-bb_swin_v1_tiny-epoch_232.onnx",
    url: `${release}/BiRefNet-general-bb_swin_v1_tiny-epoch_232.onnx`,
    bytes: 224_005_088,
    sha256: "5600024376f572a557870a5eb0afb1e5961636bef4e1e22132025467d0f03333",
    licence: "MIT",
    caution: nonCommercialPhotos,
    home: "https://github.com/ZhengPeng7/BiRefNet",
    spec: birefnet,
  },
};

/** Other sizes and trainings of a family, by the names that their files bear in the wild. */
const families: readonly (readonly [RegExp, NetworkSpec])[] = [
  [/^(u2net|silueta)/i, u2net],
  [/^(isnet|dis[-_])/i, isnet],
  [/birefnet/i, birefnet],
  [/^product-seg/i, builtInModel.spec],
];

/** @param file without its folder */
export const familyByName = (file: string): NetworkSpec | undefined => families.find(([pattern]) => pattern.test(file))?.[1];
