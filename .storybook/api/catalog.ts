// The products that the stories are about: small copies of real photos, and what the studio engine made of them.
import type { Verdict } from "../../components/api/generated/graphql.ts";
import json from "./photos.json";

export interface PhotoFacts {
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly mimeType: string;
  /** ThumbHash in base64. */
  readonly placeholder: string;
  /** In photos/. */
  readonly file: string;
}

export interface MadeFacts extends PhotoFacts {
  readonly durationMs: number;
  readonly confidence: number | null;
  readonly warnings: readonly string[];
  readonly placement: Readonly<Record<"x" | "y" | "width" | "height" | "rotation", number>> | null;
  readonly upscaled: boolean;
  /** By preset, in the order of its rules: the verdict and what the file has. */
  readonly compliance: Readonly<Record<string, readonly (readonly [Verdict, string | null])[]>>;
}

export interface CatalogPhoto {
  readonly name: string;
  readonly source: PhotoFacts;
  readonly result: MadeFacts;
}

interface Catalog {
  readonly presets: typeof json.presets;
  readonly options: typeof json.options;
  readonly skus: readonly { readonly code: string; readonly title: string; readonly photos: readonly CatalogPhoto[] }[];
}

/** As tools/story-photos.ts writes it, which TypeScript takes for looser types. */
export const catalog = json as unknown as Catalog;

const urls: Readonly<Record<string, string>> = import.meta.glob("../photos/*.webp", { eager: true, query: "?url", import: "default" });

export const urlOf = (file: string): string => urls[`../photos/${file}`] ?? file;

export function photosOf(code: string): readonly CatalogPhoto[] {
  return catalog.skus.find((sku) => sku.code === code)?.photos ?? [];
}
