// An API of one SKU, answering by the names of operations, for tests of the whole studio.
import type { PairStatus } from "../api/generated/graphql.ts";
import {
  apiKey,
  apiKeys,
  connection,
  engines,
  job,
  output,
  preset,
  recipe,
  rules,
  sentence,
  settings,
  skuRow,
  templates,
} from "./fake-answers.ts";
import { samplePair, samplePhoto } from "./samples.ts";

interface Operation {
  readonly operationName: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export interface FakeApi {
  /** What was asked for, without queries. */
  readonly mutations: Operation[];
  /** Files that were sent to the store. */
  readonly stored: Blob[];
  /** From now on decisions are refused with these words. */
  refuse: string | undefined;
  /** While true, nothing is reached. */
  isAway: boolean;
  /** While set, mutations wait for it. */
  hold: Promise<void> | undefined;
  /** The job that was under way before the page was opened; undefined: none was. */
  jobStatus: "RUNNING" | "SUCCEEDED" | undefined;
  /** As the server's configuration has them. */
  galleries: readonly FakeGallery[];
  readonly stop: () => void;
}

export interface FakeGallery {
  readonly name: string;
  readonly title: string;
  readonly canPublish: boolean;
}

type Pair = ReturnType<typeof pairOf>;

const pairOf = (position: number, status: PairStatus) => {
  const { current, ...pair } = samplePair(position, status);
  return { __typename: "Pair", updatedAt: pair.createdAt, ...pair, current: current && { __typename: "Result", ...current } };
};

/**
 * Puts itself in the place of `fetch` until it is stopped.
 * @param statuses of the SKU's photos; without any there is no SKU either
 */
export function startFakeApi(role: string, statuses: readonly PairStatus[]): FakeApi {
  const pairs = statuses.map((status, position) => pairOf(position, status));
  const original = globalThis.fetch;
  const api: FakeApi = {
    mutations: [],
    stored: [],
    refuse: undefined,
    isAway: false,
    hold: undefined,
    jobStatus: undefined,
    galleries: [],
    stop: () => Object.assign(globalThis, { fetch: original }),
  };
  const answer = async (operation: Operation): Promise<unknown> => {
    const isMutation =
      operation.operationName in targets ||
      ["EditImage", "CreatePromptGroup"].includes(operation.operationName) ||
      keep(operation) !== undefined;
    if (isMutation) {
      api.mutations.push(operation);
      await api.hold;
    }
    const data = isMutation
      ? change(operation, pairs, api.refuse)
      : read(operation, pairs, { role, jobStatus: api.jobStatus, galleries: api.galleries });
    if (data instanceof Error) return { errors: [{ message: data.message }] };
    return data === undefined ? { errors: [{ message: `No answer for ${operation.operationName}` }] } : { data };
  };
  const fake: typeof fetch = async (_input, init) => {
    if (api.isAway) throw new TypeError("Failed to fetch");
    if (init?.method === "PUT") {
      api.stored.push(init.body as Blob);
      return new Response(null, { status: 200 });
    }
    return Response.json(await answer(JSON.parse(String(init?.body)) as Operation));
  };
  Object.assign(globalThis, { fetch: fake });
  return api;
}

const targets: Readonly<Record<string, readonly [field: string, status: PairStatus]>> = {
  ApprovePairs: ["approvePairs", "APPROVED"],
  ReapprovePairs: ["approvePairs", "APPROVED"],
  RejectPairs: ["rejectPairs", "REJECTED"],
  ReopenPairs: ["reopenPairs", "READY"],
  ArchivePairs: ["archivePairs", "ARCHIVED"],
  ActivatePairs: ["activatePairs", "READY"],
};

function change(operation: Operation, pairs: Pair[], refusal: string | undefined): unknown {
  if (operation.operationName in targets) return decide(operation, pairs, refusal);
  if (refusal !== undefined) return new Error(refusal);
  if (operation.operationName !== "EditImage") return keep(operation);
  const input = operation.variables?.input as { readonly pair: string } | undefined;
  const pair = pairs.find((each) => each.id === input?.pair);
  if (pair === undefined) return new Error("There is no pair with this id.");
  const result = {
    __typename: "Result",
    id: `edit-of-${pair.id}`,
    engine: "edit",
    durationMs: 300,
    confidence: null,
    warnings: [],
    createdAt: pair.createdAt,
  };
  Object.assign(pair, { status: "READY", current: result, result: { ...pair.source } });
  return { editImage: { ...(inFull(pair) as object), sku: skuRow() } };
}

function decide({ operationName, variables = {} }: Operation, pairs: Pair[], refusal: string | undefined): unknown {
  const [field = "", status = "READY"] = targets[operationName] ?? [];
  const ids = variables.ids as string[];
  const decided = pairs.filter((pair) => ids.includes(pair.id));
  if (refusal === undefined) {
    for (const pair of decided) Object.assign(pair, { status, note: (variables.reason as string | null | undefined) ?? null });
  }
  const payload = {
    __typename: "PairsPayload",
    pairs: refusal === undefined ? decided.map((pair) => ({ ...pair, sku: skuRow() })) : [],
    failures: refusal === undefined ? [] : ids.map((subject) => ({ __typename: "Failure", subject, said: sentence(refusal) })),
  };
  return operationName === "ReapprovePairs" ? { reopenPairs: payload, [field]: payload } : { [field]: payload };
}

function read(
  { operationName, variables = {} }: Operation,
  pairs: readonly Pair[],
  { role, jobStatus, galleries }: { role: string } & Pick<FakeApi, "jobStatus" | "galleries">,
): unknown {
  const withSku = pairs.map((pair) => ({ ...pair, sku: { __typename: "Sku", id: "sku-1", code: "MUG-00001" } }));
  const one = connection([]);
  const answers: Readonly<Record<string, unknown>> = {
    Viewer: { viewer: { __typename: "Viewer", userId: "user", workspaceId: "shop", role } },
    Skus: { skus: connection(pairs.length === 0 ? [] : [skuRow()]) },
    SkuTabs: { all: one, review: one, pending: one, processing: one, approved: one },
    SkuHead: { sku: skuRow() },
    Pairs: { pairs: connection(withSku) },
    PairInFull: { node: inFull(withSku.find((pair) => pair.id === variables.id)) },
    ActiveJobs: { jobs: connection(jobStatus === "RUNNING" ? [{ ...job, status: jobStatus }] : []) },
    Galleries: { galleries: galleries.map((each) => ({ __typename: "Gallery", kind: "S3", preset: null, lastSync: null, ...each })) },
    Engines: { engines },
    EstimateJob: { estimateJob: { __typename: "JobEstimate", items: 2, durationMs: 42_000, costUsd: 0.08 } },
    Job: { job: { ...job, status: jobStatus ?? job.status } },
    JobItems: { job: { __typename: "Job", id: job.id, running: connection([]), landed: connection([]), failed: connection([]) } },
    ApiKeys: { apiKeys },
    OutputPresets: { outputPresets: [preset("square", "Square master"), preset("ozon", "Ozon")] },
    Settings: { settings: settings() },
    Compliance: { node: { __typename: "Result", id: variables.id, compliance: rules } },
    CreateDownload: {
      createDownload: { __typename: "Download", url: "#zip", files: 2, bytes: 400_000, expiresAt: "2026-05-04T10:00:00Z" },
    },
    PromptGroups: {
      promptGroups: [{ __typename: "PromptGroup", id: "group-1", name: "Marketplace white", description: null, templates: templates() }],
    },
  };
  return answers[operationName];
}

/** What is answered to the settings' own changes: the same as was sent. */
function keep({ operationName, variables = {} }: Operation): unknown {
  const input = (variables.input ?? {}) as Record<string, unknown>;
  const answers: Readonly<Record<string, unknown>> = {
    UpdateSettings: {
      updateSettings: { ...settings(), ...input, output: { ...output("square"), ...(input.output as object | undefined) } },
    },
    UpdatePromptTemplate: {
      updatePromptTemplate: {
        ...templates()[0],
        ...input,
        recipe: { ...recipe, ...(input.recipe as object | undefined) },
        id: variables.id,
      },
    },
    CreateApiKey: { createApiKey: { __typename: "CreateApiKeyPayload", secret: "isk_7Qm2abcdefgh", apiKey: apiKey(String(input.name)) } },
    SubmitJob: { submitJob: job },
    CreateSku: { createSku: { __typename: "Sku", id: `sku-${String(input.code)}`, code: input.code } },
    CreateUploads: { createUploads: [{ __typename: "UploadTicket", id: "upload-1", url: "/store/upload-1", headers: [] }] },
    CompleteUploads: { completeUploads: { __typename: "SourcesPayload", pairs: [], failures: [] } },
  };
  return answers[operationName];
}

function inFull(pair: Pair | undefined): unknown {
  if (pair === undefined) return null;
  const photo = (name: string, colour: string) => {
    const image = samplePhoto(name, colour);
    return { ...image, large: image.tile, full: image.tile, saved: image.tile };
  };
  const result = pair.current && {
    ...pair.current,
    isCurrent: true,
    model: null,
    prompt: null,
    costUsd: 0,
    // As if a model had made the second one.
    fidelity: pair.position === 1 ? 0.72 : null,
    placement: null,
    image: photo(pair.source.name, "white"),
  };
  return { ...pair, source: photo(pair.source.name, "teal"), results: result === null ? [] : [result] };
}
