// Queries, and the fields of rows that are worked out.
import type { JobItemStatus, JobStatus, PairStatus, SkuStatus, SubmitJobInput } from "../../components/api/generated/graphql.ts";
import { say } from "../../server/say.ts";
import { catalog } from "./catalog.ts";
import type { Context, Resolvers } from "./context.ts";
import { isIn, plannedPairs } from "./jobs.ts";
import { type PageArgs, pageOf } from "./page.ts";
import type { GroupRow, ImageRow, ItemRow, JobRow, PairRow, ResultRow, SettingsRow, SkuRow, TemplateRow } from "./rows.ts";
import { isItemOver } from "./worker.ts";
import { countsOf, mainOf, pairsOf, statusOf, type World } from "./world.ts";

const engines = [
  {
    name: "studio",
    title: "Studio (built in)",
    available: true,
    unavailableReason: null,
    models: ["studio-1"],
    promptable: false,
    acceptsMask: true,
    optionsSchema: catalog.options,
  },
  {
    name: "openai",
    title: "OpenAI",
    available: true,
    unavailableReason: null,
    models: ["gpt-image-2", "gpt-image-1-mini"],
    promptable: true,
    acceptsMask: true,
    optionsSchema: { type: "object", properties: { quality: { type: "string", enum: ["low", "medium", "high"], default: "medium" } } },
  },
  {
    name: "gemini",
    title: "Google Gemini",
    available: false,
    unavailableReason: say("KEY_NOT_SET", { variable: "GEMINI_API_KEY", engine: "Google Gemini" }),
    models: ["gemini-3-flash-image"],
    promptable: true,
    acceptsMask: false,
    optionsSchema: { type: "object", properties: {} },
  },
];

interface SkuFilter {
  readonly search?: string | null;
  readonly status?: readonly SkuStatus[] | null;
}

function skusFor(world: World, { search, status }: SkuFilter): SkuRow[] {
  const words = search?.trim().toLowerCase() ?? "";
  const wanted: readonly SkuStatus[] = status ?? ["PENDING", "PROCESSING", "REVIEW", "APPROVED"];
  return world.skus
    .filter((sku) => words === "" || sku.code.toLowerCase().includes(words) || (sku.title ?? "").toLowerCase().includes(words))
    .filter((sku) => wanted.includes(statusOf(world, sku)))
    .toSorted((one, other) => (one.code < other.code ? -1 : 1));
}

interface PairFilter {
  readonly sku?: string | null;
  readonly status?: readonly PairStatus[] | null;
}

const pairsFor = (world: World, { sku, status }: PairFilter): PairRow[] =>
  world.skus
    .filter((each) => sku == null || each.code === sku)
    .flatMap((each) => pairsOf(world, each))
    .filter((pair) => status == null || status.includes(pair.status));

const findNode = (world: World, id: string): object | null =>
  [world.skus, world.pairs, world.pairs.flatMap((pair) => pair.results), world.jobs, world.groups, world.keys, world.syncs]
    .flat()
    .find((row) => row.id === id) ?? null;

/** Seconds that a photo takes, and US dollars, by engine. */
const estimates: Readonly<Record<string, readonly [seconds: number, costUsd: number]>> = { studio: [2.4, 0], openai: [12, 0.04] };

const Query = {
  viewer: (_: unknown, __: unknown, { world }: Context) => ({ userId: "anna", workspaceId: "shop", role: world.role }),
  skus: (_: unknown, { filter, ...page }: PageArgs & { filter?: SkuFilter | null }, { world }: Context) =>
    pageOf(skusFor(world, filter ?? {}), page),
  sku: (_: unknown, { code }: { code: string }, { world }: Context) => world.skus.find((sku) => sku.code === code) ?? null,
  skuCounts(_: unknown, { search }: { search?: string | null }, { world }: Context) {
    const count = (status?: SkuStatus): number =>
      skusFor(world, { search: search ?? null, status: status === undefined ? null : [status] }).length;
    return {
      all: count(),
      review: count("REVIEW"),
      pending: count("PENDING"),
      processing: count("PROCESSING"),
      approved: count("APPROVED"),
      archived: count("ARCHIVED"),
    };
  },
  pairs: (_: unknown, { filter, ...page }: PageArgs & { filter?: PairFilter | null }, { world }: Context) =>
    pageOf(pairsFor(world, filter ?? {}), page),
  node: (_: unknown, { id }: { id: string }, { world }: Context) => findNode(world, id),
  nodes: (_: unknown, { ids }: { ids: readonly string[] }, { world }: Context) => ids.map((id) => findNode(world, id)),
  job: (_: unknown, { id }: { id: string }, { world }: Context) => world.jobs.find((job) => job.id === id) ?? null,
  jobs: (_: unknown, { filter, ...page }: PageArgs & { filter?: { status?: readonly JobStatus[] | null } | null }, { world }: Context) =>
    pageOf(world.jobs.filter((job) => isIn(filter?.status, job.status)).toReversed(), page),
  engines: () => engines,
  outputPresets: () => catalog.presets.map((preset) => ({ ...preset, rules: preset.rules.map(({ expected }) => expected) })),
  promptGroups: (_: unknown, __: unknown, { world }: Context) => world.groups.toSorted((one, other) => one.name.localeCompare(other.name)),
  settings: (_: unknown, __: unknown, { world }: Context) => world.settings,
  apiKeys: (_: unknown, __: unknown, { world }: Context) => world.keys,
  galleries: (_: unknown, __: unknown, { world }: Context) => world.galleries,
  usage: () => [],
  estimateJob(_: unknown, { input }: { input: SubmitJobInput }, { world }: Context) {
    const items = plannedPairs(world, input).length;
    const [seconds, costUsd] = estimates[input.engine ?? world.settings.engine] ?? [5, 0.02];
    return { items, durationMs: Math.round((items * seconds * 1000) / 2), costUsd: items * costUsd };
  },
};

const Sku = {
  counts: (sku: SkuRow, _: unknown, { world }: Context) => countsOf(world, sku),
  status: (sku: SkuRow, _: unknown, { world }: Context) => statusOf(world, sku),
  mainPair: (sku: SkuRow, _: unknown, { world }: Context) => mainOf(world, sku) ?? null,
  pairs: (sku: SkuRow, { filter, ...page }: PageArgs & { filter?: PairFilter | null }, { world }: Context) =>
    pageOf(pairsFor(world, { ...filter, sku: sku.code }), page),
  jobs: (sku: SkuRow, page: PageArgs, { world }: Context) =>
    pageOf(
      world.jobs.filter((job) => job.items.some((item) => item.pair.sku === sku)),
      page,
    ),
};

const Pair = {
  current: ({ current }: PairRow) => current ?? null,
  result: ({ current }: PairRow) => current?.image ?? null,
  isMain: (pair: PairRow, _: unknown, { world }: Context) => mainOf(world, pair.sku) === pair,
};

const Result = {
  isCurrent: (result: ResultRow) => result.pair.current === result,
  job: (result: ResultRow, _: unknown, { world }: Context) =>
    world.jobs.find((job) => job.items.some((item) => item.result === result)) ?? null,
  compliance(result: ResultRow, { preset }: { preset: string }) {
    const rules = catalog.presets.find(({ name }) => name === preset)?.rules ?? [];
    const outcomes = result.made?.compliance[preset];
    return rules.map(({ rule, expected }, index) => {
      const [verdict, actual] = outcomes?.[index] ?? ["NOT_CHECKED", null];
      return { __typename: "RuleOutcome", rule, expected, verdict, actual };
    });
  },
};

const Image = {
  // One small copy stands for all sizes.
  url: ({ link }: ImageRow) => link,
};

const Job = {
  items: (job: JobRow, { status, ...page }: PageArgs & { status?: readonly JobItemStatus[] | null }) =>
    pageOf(
      job.items.filter((item) => isIn(status, item.status)),
      page,
    ),
  logs: (job: JobRow, page: PageArgs) => pageOf(job.lines, page),
  progress({ items }: JobRow) {
    const count = (status: JobItemStatus): number => items.filter((item) => item.status === status).length;
    const over = items.filter(isItemOver).length;
    return {
      total: items.length,
      queued: count("QUEUED"),
      running: count("RUNNING"),
      succeeded: count("SUCCEEDED"),
      failed: count("FAILED"),
      cancelled: count("CANCELLED"),
      fraction: items.length === 0 ? 1 : over / items.length,
      etaSeconds: etaOf(items),
      costUsd: items.reduce((sum, item) => sum + (item.result?.costUsd ?? 0), 0),
    };
  },
};

/** From how fast photos have ended so far; nothing is told before the second. */
function etaOf(items: readonly ItemRow[]): number | null {
  const over = items.filter((item) => item.finishedAt !== null);
  if (over.length < 2) return null;
  const times = over.flatMap((item) => [Date.parse(item.startedAt ?? ""), Date.parse(item.finishedAt ?? "")]).filter(Number.isFinite);
  const perItem = (Math.max(...times) - Math.min(...times)) / over.length / 1000;
  return Math.ceil(perItem * items.filter((item) => !isItemOver(item)).length);
}

const PromptGroup = {
  isActive: (group: GroupRow, _: unknown, { world }: Context) => world.settings.activePromptGroup === group.id,
};

const PromptTemplate = {
  position: (template: TemplateRow, _: unknown, { world }: Context) =>
    world.groups.find((group) => group.templates.includes(template))?.templates.indexOf(template) ?? 0,
};

const Settings = {
  activePromptGroup: ({ activePromptGroup }: SettingsRow, _: unknown, { world }: Context) =>
    world.groups.find((group) => group.id === activePromptGroup) ?? null,
};

export const reads: Resolvers = { Query, Sku, Pair, Result, Image, Job, PromptGroup, PromptTemplate, Settings };
