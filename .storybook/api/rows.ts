// The rows of the stories' API, as they lie in its memory.
import type {
  BackgroundKind,
  GalleryKind,
  JobItemStatus,
  JobMode,
  JobStatus,
  LogLevel,
  PairStatus,
  PublicationStatus,
  Role,
  TemplateScope,
} from "../../components/api/generated/graphql.ts";
import type { MadeFacts } from "./catalog.ts";
import type { FailureRow } from "./refusal.ts";

export interface ImageRow {
  readonly name: string;
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly mimeType: string;
  readonly placeholder: string;
  readonly link: string;
}

export interface SkuRow {
  readonly __typename: "Sku";
  readonly id: string;
  code: string;
  title: string | null;
  isArchived: boolean;
  readonly createdAt: string;
  updatedAt: string;
}

export interface ResultRow {
  readonly __typename: "Result";
  readonly id: string;
  readonly pair: PairRow;
  readonly image: ImageRow;
  readonly engine: string;
  readonly model: string | null;
  readonly prompt: string | null;
  readonly durationMs: number;
  readonly costUsd: number;
  readonly confidence: number | null;
  readonly fidelity: number | null;
  readonly warnings: readonly string[];
  readonly placement: MadeFacts["placement"];
  readonly upscaled: boolean;
  readonly createdAt: string;
  /** Undefined where nobody has measured it. */
  readonly made: MadeFacts | undefined;
}

export interface PairRow {
  readonly __typename: "Pair";
  readonly id: string;
  readonly sku: SkuRow;
  position: number;
  isMain: boolean;
  readonly source: ImageRow;
  status: PairStatus;
  archivedFrom: PairStatus | undefined;
  note: string | null;
  /** The newest first. */
  results: ResultRow[];
  current: ResultRow | undefined;
  /** What an engine makes of it; undefined for photos that were brought while the story runs. */
  readonly made: MadeFacts | undefined;
  /** Why its next run fails; undefined where it does not. */
  fault: string | undefined;
  readonly publications: PublicationRow[];
  /** Why a gallery refuses its picture once; undefined where none does. */
  publicationFault: string | undefined;
  readonly createdAt: string;
  updatedAt: string;
}

export interface PublicationRow {
  readonly __typename: "Publication";
  readonly id: string;
  readonly pair: PairRow;
  readonly gallery: string;
  status: PublicationStatus;
  result: ResultRow | null;
  at: string | null;
  url: string | null;
  position: number | null;
  error: string | null;
  requestedAt: string;
}

/** A photo that the next import brings: a catalog product's first one, under a code; or a failure. */
export type GalleryPhoto = { readonly code: string; readonly product: string } | { readonly code: string; readonly fault: string };

export interface GalleryRow {
  readonly name: string;
  readonly kind: GalleryKind;
  readonly title: string;
  readonly canPublish: boolean;
  readonly preset: string | null;
  readonly schedule: string | null;
  /** What lies there. */
  readonly photos: readonly GalleryPhoto[];
  /** Whether it tells how many SKUs it has. */
  readonly isCounted: boolean;
  /** Why every import from it ends, or every picture is refused; undefined where they are not. */
  fault: string | undefined;
}

export interface SyncRow {
  readonly __typename: "GallerySync";
  readonly id: string;
  readonly gallery: string;
  status: JobStatus;
  skusDone: number;
  skusTotal: number | null;
  skusCreated: number;
  pairsCreated: number;
  unchanged: number;
  failed: number;
  readonly failures: FailureRow[];
  error: string | null;
  readonly startedAt: string;
  finishedAt: string | null;
}

export interface OutputRow {
  readonly preset: string | null;
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly quality: number;
  readonly maxBytes: number | null;
}

export interface JobRow {
  readonly __typename: "Job";
  readonly id: string;
  readonly number: number;
  readonly mode: JobMode;
  status: JobStatus;
  readonly engine: string;
  readonly model: string | null;
  readonly prompt: string | null;
  readonly output: OutputRow;
  readonly createdBy: string;
  readonly createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  readonly items: ItemRow[];
  readonly lines: LineRow[];
}

export interface ItemRow {
  readonly __typename: "JobItem";
  readonly id: string;
  readonly job: JobRow;
  readonly pair: PairRow;
  /** What the pair was before the run. */
  readonly before: PairStatus;
  status: JobItemStatus;
  stage: string | null;
  error: string | null;
  attempts: number;
  result: ResultRow | null;
  startedAt: string | null;
  finishedAt: string | null;
}

export interface LineRow {
  readonly __typename: "JobLog";
  readonly id: string;
  readonly at: string;
  readonly level: LogLevel;
  readonly message: string;
  readonly item: ItemRow | null;
}

export interface RecipeRow {
  background: BackgroundKind;
  colors: readonly string[];
  margin: number;
  shadow: number;
  sharpen: number;
  autoTone: boolean;
}

export interface TemplateRow {
  readonly __typename: "PromptTemplate";
  readonly id: string;
  name: string;
  text: string;
  appliesTo: TemplateScope;
  enabled: boolean;
  recipe: RecipeRow;
  updatedAt: string;
}

export interface GroupRow {
  readonly __typename: "PromptGroup";
  readonly id: string;
  name: string;
  description: string | null;
  templates: TemplateRow[];
  updatedAt: string;
}

export interface KeyRow {
  readonly __typename: "ApiKey";
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly role: Role;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  revokedAt: string | null;
}

export interface UploadRow {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  readonly mimeType: string;
  readonly isMask: boolean;
  file: Blob | undefined;
}

export interface SettingsRow {
  engine: string;
  model: string | null;
  options: unknown;
  output: OutputRow;
  activePromptGroup: string | null;
  additional: unknown;
}
