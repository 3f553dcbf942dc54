// A workspace in memory: its rows, how new ones are made, and what follows from them.
import type { PairStatus, Role, SkuStatus } from "../../components/api/generated/graphql.ts";
import { type CatalogPhoto, catalog, type PhotoFacts, urlOf } from "./catalog.ts";
import type {
  GalleryRow,
  GroupRow,
  ImageRow,
  JobRow,
  KeyRow,
  OutputRow,
  PairRow,
  RecipeRow,
  ResultRow,
  SettingsRow,
  SkuRow,
  SyncRow,
  TemplateRow,
  UploadRow,
} from "./rows.ts";

export interface World {
  role: Role;
  readonly skus: SkuRow[];
  readonly pairs: PairRow[];
  /** The same by their SKUs, so that a hundred thousand of them are listed at once. */
  readonly pairsBySku: Map<SkuRow, PairRow[]>;
  readonly jobs: JobRow[];
  readonly galleries: GalleryRow[];
  /** The newest last. */
  readonly syncs: SyncRow[];
  readonly groups: GroupRow[];
  readonly keys: KeyRow[];
  readonly uploads: Map<string, UploadRow>;
  readonly settings: SettingsRow;
  /** Ids are counted through, so that a story is the same each time. */
  readonly nextId: (kind: string) => string;
  /** An instant of the story's day; each is a little later than the one before. */
  readonly nextTime: () => string;
}

const dayStartsAt = Date.parse("2026-05-04T09:12:00Z");
/** What the studio engine takes for a photo at least, where nothing else keeps the machine busy. */
const usualRunMs = 1200;
/** What past rows lie apart. */
const stepMs = 37_000;

export const presetOutput = (name: string): OutputRow | undefined => catalog.presets.find((preset) => preset.name === name)?.output;

export const whiteRecipe: RecipeRow = {
  background: "COLOR",
  colors: ["#ffffff"],
  margin: 0.08,
  shadow: 0.3,
  sharpen: 0.3,
  autoTone: true,
};

export function createWorld(role: Role): World {
  let ids = 0;
  let steps = 0;
  const output = catalog.presets[0]?.output;
  if (output === undefined) throw new Error("The stories' catalog holds no preset: make it anew with tools/story-photos.ts.");
  return {
    role,
    skus: [],
    pairs: [],
    pairsBySku: new Map(),
    jobs: [],
    galleries: [],
    syncs: [],
    groups: [],
    keys: [],
    uploads: new Map(),
    settings: { engine: "studio", model: null, options: {}, output, activePromptGroup: null, additional: {} },
    nextId: (kind) => `${kind}-${++ids}`,
    nextTime: () => new Date(dayStartsAt + ++steps * stepMs).toISOString(),
  };
}

export function addSku(world: World, code: string, title: string | null): SkuRow {
  const now = world.nextTime();
  const sku: SkuRow = { __typename: "Sku", id: world.nextId("sku"), code, title, isArchived: false, createdAt: now, updatedAt: now };
  world.skus.push(sku);
  return sku;
}

export interface NewPair {
  readonly sku: SkuRow;
  readonly source: ImageRow;
  readonly made?: PairRow["made"];
}

export function addPair(world: World, { sku, source, made }: NewPair): PairRow {
  const now = world.nextTime();
  const pair: PairRow = {
    __typename: "Pair",
    id: world.nextId("pair"),
    sku,
    position: pairsOf(world, sku).length,
    isMain: false,
    source,
    status: "WAITING",
    archivedFrom: undefined,
    note: null,
    results: [],
    current: undefined,
    made,
    fault: undefined,
    publications: [],
    publicationFault: undefined,
    createdAt: now,
    updatedAt: now,
  };
  world.pairs.push(pair);
  world.pairsBySku.set(sku, [...(world.pairsBySku.get(sku) ?? []), pair]);
  return pair;
}

export const imageOf = ({ file, ...facts }: PhotoFacts, name: string): ImageRow => ({
  name,
  sha256: facts.sha256,
  width: facts.width,
  height: facts.height,
  bytes: facts.bytes,
  mimeType: facts.mimeType,
  placeholder: facts.placeholder,
  link: urlOf(file),
});

export interface PhotoState {
  readonly status?: PairStatus;
  readonly note?: string;
  readonly name?: string;
}

/** A photo of the catalog in a SKU, standing as it is told; with a result where its status wants one. */
export function addPhoto(world: World, sku: SkuRow, photo: CatalogPhoto, state: PhotoState = {}): PairRow {
  const { status = "READY", note = null, name = photo.name } = state;
  const pair = addPair(world, { sku, source: imageOf(photo.source, name), made: photo.result });
  if (status === "READY" || status === "APPROVED" || status === "REJECTED" || status === "ARCHIVED") addResult(world, pair);
  Object.assign(pair, { status, note, archivedFrom: status === "ARCHIVED" ? "READY" : undefined });
  return pair;
}

/** The pair's new current result. */
export function addResult(world: World, pair: PairRow, changes: Partial<ResultRow> = {}): ResultRow {
  const { made } = pair;
  const result: ResultRow = {
    __typename: "Result",
    id: world.nextId("result"),
    pair,
    image: made === undefined ? pair.source : imageOf(made, pair.source.name.replace(/\.\w+$/, ".jpg")),
    engine: "studio",
    model: "studio-1",
    prompt: null,
    durationMs: usualRunMs + (pair.source.bytes % usualRunMs),
    costUsd: 0,
    confidence: made?.confidence ?? null,
    fidelity: null,
    warnings: made?.warnings ?? [],
    placement: made?.placement ?? null,
    upscaled: made?.upscaled ?? false,
    createdAt: world.nextTime(),
    made,
    ...changes,
  };
  pair.results.unshift(result);
  pair.current = result;
  return result;
}

/** An import that waits for the worker. */
export function newSync(world: World, gallery: string): SyncRow {
  const sync: SyncRow = {
    __typename: "GallerySync",
    id: world.nextId("sync"),
    gallery,
    status: "QUEUED",
    skusDone: 0,
    skusTotal: null,
    skusCreated: 0,
    pairsCreated: 0,
    unchanged: 0,
    failed: 0,
    failures: [],
    error: null,
    startedAt: new Date().toISOString(),
    finishedAt: null,
  };
  world.syncs.push(sync);
  return sync;
}

export interface NewGroup {
  readonly name: string;
  readonly description: string | null;
  readonly templates: readonly (readonly [name: string, text: string, more?: Partial<TemplateRow>])[];
}

export function addGroup(world: World, { name, description, templates }: NewGroup): GroupRow {
  const updatedAt = world.nextTime();
  const group: GroupRow = { __typename: "PromptGroup", id: world.nextId("group"), name, description, templates: [], updatedAt };
  for (const [title, text, more] of templates) group.templates.push({ ...newTemplate(world), name: title, text, ...more });
  world.groups.push(group);
  return group;
}

export const newTemplate = (world: World): TemplateRow => ({
  __typename: "PromptTemplate",
  id: world.nextId("template"),
  name: "",
  text: "",
  appliesTo: "ALL",
  enabled: true,
  recipe: { ...whiteRecipe },
  updatedAt: world.nextTime(),
});

export const pairsOf = (world: World, sku: SkuRow): PairRow[] =>
  (world.pairsBySku.get(sku) ?? []).toSorted((one, other) => one.position - other.position);

export const mainOf = (world: World, sku: SkuRow): PairRow | undefined => {
  const pairs = pairsOf(world, sku).filter((pair) => pair.status !== "ARCHIVED");
  return pairs.find((pair) => pair.isMain) ?? pairs[0];
};

export function countsOf(world: World, sku: SkuRow) {
  const counts = { total: 0, waiting: 0, processing: 0, ready: 0, approved: 0, rejected: 0, failed: 0, archived: 0 };
  for (const { status } of pairsOf(world, sku)) {
    counts.total++;
    counts[countOf[status]]++;
  }
  return counts;
}

const countOf = {
  WAITING: "waiting",
  QUEUED: "processing",
  PROCESSING: "processing",
  READY: "ready",
  APPROVED: "approved",
  REJECTED: "rejected",
  FAILED: "failed",
  ARCHIVED: "archived",
} as const satisfies Readonly<Record<PairStatus, string>>;

export function statusOf(world: World, sku: SkuRow): SkuStatus {
  if (sku.isArchived) return "ARCHIVED";
  const { total, archived, processing, ready, approved } = countsOf(world, sku);
  if (processing > 0) return "PROCESSING";
  if (ready > 0) return "REVIEW";
  return approved > 0 && approved === total - archived ? "APPROVED" : "PENDING";
}
