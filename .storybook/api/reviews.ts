// Decisions on photos and SKUs, with the refusals that a reviewer meets.
import type { PairStatus } from "../../components/api/generated/graphql.ts";
import { say } from "../../server/say.ts";
import { catalog } from "./catalog.ts";
import type { Context, Resolvers } from "./context.ts";
import { type FailureRow, failureOf, notFound, refusal } from "./refusal.ts";
import type { PairRow, SkuRow } from "./rows.ts";
import { pairsOf } from "./world.ts";

interface Rule {
  readonly from: readonly PairStatus[];
  readonly change: (pair: PairRow) => Partial<PairRow>;
  /** Why it cannot be, for whatever is not among `from` and not already so. */
  readonly otherwise: string;
  readonly already: readonly PairStatus[];
}

const decided = (status: PairStatus, note: string | null = null) => ({ status, note });

const rules = {
  approve: {
    from: ["READY"],
    already: ["APPROVED"],
    change: () => decided("APPROVED"),
    otherwise: say("PAIR_HAS_NO_RESULT"),
  },
  reopen: {
    from: ["APPROVED", "REJECTED"],
    already: ["READY"],
    change: () => decided("READY"),
    otherwise: say("PAIR_NOTHING_TO_TAKE_BACK"),
  },
  archive: {
    from: ["WAITING", "READY", "APPROVED", "REJECTED", "FAILED"],
    already: ["ARCHIVED"],
    change: ({ status }) => ({ status: "ARCHIVED", archivedFrom: status }),
    otherwise: say("PAIR_IS_RUNNING"),
  },
  activate: {
    from: ["ARCHIVED"],
    already: ["WAITING", "READY", "APPROVED", "REJECTED", "FAILED", "QUEUED", "PROCESSING"],
    change: ({ archivedFrom }) => ({ status: archivedFrom ?? "READY", archivedFrom: undefined }),
    otherwise: "",
  },
} as const satisfies Readonly<Record<string, Rule>>;

const rejection = (reason: string | null): Rule => ({
  from: ["READY", "APPROVED", "REJECTED"],
  already: [],
  change: () => decided("REJECTED", reason),
  otherwise: say("PAIR_NOTHING_TO_REJECT"),
});

function decide(ids: readonly string[], rule: Rule, context: Context, fault?: (pair: PairRow) => string | undefined) {
  const { world, news, switches } = context;
  const pairs: PairRow[] = [];
  const failures: FailureRow[] = [];
  for (const id of new Set(ids)) {
    const pair = world.pairs.find((each) => each.id === id);
    const why = switches.refuse ?? (pair && rule.from.includes(pair.status) ? fault?.(pair) : undefined);
    if (pair === undefined) failures.push(failureOf(id, notFound("photo with this id")));
    else if (why !== undefined) failures.push(failureOf(id, refusal("CONFLICT", why)));
    else if (rule.from.includes(pair.status) || rule.already.includes(pair.status)) pairs.push(pair);
    else failures.push(failureOf(id, refusal("CONFLICT", rule.otherwise)));
  }
  for (const pair of pairs.filter(({ status }) => rule.from.includes(status))) {
    Object.assign(pair, rule.change(pair), { updatedAt: new Date().toISOString() });
    news.publish(pair);
  }
  return { pairs, failures };
}

/** What keeps a result from being approved by a preset's rules. */
function brokenRules({ current }: PairRow, preset: string): string | undefined {
  const outcomes = current?.made?.compliance[preset] ?? [];
  const expected = catalog.presets.find(({ name }) => name === preset)?.rules ?? [];
  const broken = outcomes.flatMap(([verdict, actual], index) => {
    const wanted = expected[index];
    return verdict === "FAILED" && wanted !== undefined ? [say("RULE_BROKEN_SHORT", { ...wanted, actual: actual ?? "" })] : [];
  });
  return broken.length === 0 ? undefined : say("RESULT_BREAKS_RULES", { preset, broken });
}

function decideSkus(codes: readonly string[], context: Context, change: (sku: SkuRow) => string | undefined) {
  const skus: SkuRow[] = [];
  const failures: FailureRow[] = [];
  for (const code of new Set(codes)) {
    const sku = context.world.skus.find((each) => each.code === code);
    const why = context.switches.refuse ?? (sku === undefined ? "There is no SKU with this code." : change(sku));
    if (sku === undefined || why !== undefined) failures.push(failureOf(code, refusal("CONFLICT", why ?? "")));
    else skus.push(sku);
  }
  return { skus, failures };
}

function approveSku(sku: SkuRow, context: Context): string | undefined {
  const ready = pairsOf(context.world, sku).filter((pair) => pair.status === "READY");
  if (ready.length === 0) return "None of its photos waits for a decision.";
  decide(
    ready.map(({ id }) => id),
    rules.approve,
    context,
  );
  return undefined;
}

function shelve(sku: SkuRow, isArchived: boolean, { world, news }: Context): undefined {
  sku.isArchived = isArchived;
  for (const pair of pairsOf(world, sku)) news.publish(pair);
}

function pairIn({ world }: Context, id: string): PairRow {
  const pair = world.pairs.find((each) => each.id === id);
  if (pair === undefined) throw notFound("photo with this id");
  return pair;
}

function makeMain(pair: PairRow, { world, news }: Context): PairRow {
  for (const other of pairsOf(world, pair.sku)) {
    other.isMain = other === pair;
    news.publish(other);
  }
  return pair;
}

function selectResult(id: string, { world, news }: Context): PairRow {
  const pair = world.pairs.find((each) => each.results.some((result) => result.id === id));
  const result = pair?.results.find((each) => each.id === id);
  if (pair === undefined || result === undefined) throw notFound("result with this id");
  Object.assign(pair, { current: result, status: "READY", note: null });
  news.publish(pair);
  return pair;
}

function reorder(code: string, ids: readonly string[], { world, news }: Context): SkuRow {
  const sku = world.skus.find((each) => each.code === code);
  if (sku === undefined) throw notFound("SKU with this code");
  for (const pair of pairsOf(world, sku)) {
    pair.position = ids.indexOf(pair.id);
    news.publish(pair);
  }
  return sku;
}

function remove(ids: readonly string[], { world }: Context) {
  const pairs = world.pairs.filter((pair) => ids.includes(pair.id) && pair.status !== "APPROVED");
  for (const pair of pairs) {
    world.pairs.splice(world.pairs.indexOf(pair), 1);
    world.pairsBySku.set(
      pair.sku,
      pairsOf(world, pair.sku).filter((each) => each !== pair),
    );
  }
  const gone = new Set(pairs.map(({ id }) => id));
  const kept = ids.filter((id) => !gone.has(id));
  return { pairs, failures: kept.map((id) => failureOf(id, refusal("CONFLICT", "An approved photo must be archived first."))) };
}

type Ids = { readonly ids: readonly string[] };
type Codes = { readonly codes: readonly string[] };

export const reviews: Resolvers = {
  Mutation: {
    approvePairs: (_: unknown, { ids, compliantWith }: Ids & { compliantWith?: string | null }, context: Context) =>
      decide(ids, rules.approve, context, compliantWith == null ? undefined : (pair) => brokenRules(pair, compliantWith)),
    rejectPairs: (_: unknown, { ids, reason }: Ids & { reason?: string | null }, context: Context) =>
      decide(ids, rejection(reason ?? null), context),
    reopenPairs: (_: unknown, { ids }: Ids, context: Context) => decide(ids, rules.reopen, context),
    archivePairs: (_: unknown, { ids }: Ids, context: Context) => decide(ids, rules.archive, context),
    activatePairs: (_: unknown, { ids }: Ids, context: Context) => decide(ids, rules.activate, context),
    deletePairs: (_: unknown, { ids }: Ids, context: Context) => remove(ids, context),
    setMainPair: (_: unknown, { id }: { id: string }, context: Context) => makeMain(pairIn(context, id), context),
    selectResult: (_: unknown, { id }: { id: string }, context: Context) => selectResult(id, context),
    reorderPairs: (_: unknown, { ids, sku }: Ids & { sku: string }, context: Context) => reorder(sku, ids, context),
    approveSkus: (_: unknown, { codes }: Codes, context: Context) => decideSkus(codes, context, (sku) => approveSku(sku, context)),
    archiveSkus: (_: unknown, { codes }: Codes, context: Context) => decideSkus(codes, context, (sku) => shelve(sku, true, context)),
    activateSkus: (_: unknown, { codes }: Codes, context: Context) => decideSkus(codes, context, (sku) => shelve(sku, false, context)),
  },
};
