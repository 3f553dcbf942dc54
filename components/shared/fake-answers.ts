// What the API of fake-api.ts answers with: one SKU, its settings, engines, prompts, keys and a job.
import { sampleSku } from "./samples.ts";

/** As it comes of the server where it has no code. */
export const sentence = (text: string) => ({ __typename: "Sentence", text, code: null, values: {} });
export const skuRow = () => {
  const sku = sampleSku(1);
  return { __typename: "Sku", ...sku, counts: { __typename: "PairCounts", ...sku.counts } };
};
export const connection = (nodes: readonly unknown[]) => ({
  __typename: "Connection",
  edges: nodes.map((node) => ({ __typename: "Edge", node })),
  pageInfo: { __typename: "PageInfo", hasNextPage: false, endCursor: null },
  totalCount: nodes.length,
});

const engine = (name: string, title: string, properties: unknown) => ({
  __typename: "Engine",
  name,
  title,
  available: true,
  unavailableReason: null,
  models: [`${name}-1`],
  promptable: name !== "studio",
  acceptsMask: true,
  optionsSchema: { type: "object", properties },
});
export const engines = [
  engine("studio", "Studio", {
    edgeSoftness: { type: "number", minimum: 0, maximum: 1, default: 0.5 },
    denoise: { type: "boolean", default: true },
  }),
  engine("painter", "Painter", { quality: { type: "string", enum: ["low", "high"], default: "low" } }),
];
export const settings = () => ({
  __typename: "Settings",
  engine: "studio",
  model: null,
  options: {},
  output: output("square"),
  activePromptGroup: null,
});
export const recipe = {
  __typename: "Recipe",
  background: "COLOR",
  colors: ["#ffffff"],
  margin: 0.08,
  shadow: 0.3,
  sharpen: 0.3,
  autoTone: true,
};
export const templates = () =>
  ["White, soft shadow", "Light grey sweep"].map((name, position) => ({
    __typename: "PromptTemplate",
    id: `template-${position}`,
    name,
    text: `${name} of {{sku.title}}.`,
    appliesTo: "ALL",
    enabled: true,
    position,
    recipe,
  }));
export const apiKey = (name: string) => ({
  __typename: "ApiKey",
  id: `key-${name}`,
  name,
  prefix: "isk_a91K",
  role: "EDITOR",
  createdAt: "2026-05-04T09:12:00Z",
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
});
export const apiKeys = [apiKey("ERP import")];

export const job = {
  __typename: "Job",
  id: "job-1",
  number: 1,
  mode: "CUSTOM",
  status: "QUEUED",
  engine: "studio",
  createdAt: "2026-05-04T09:12:00Z",
  startedAt: null,
  finishedAt: null,
  get output() {
    return output("square");
  },
  progress: {
    __typename: "JobProgress",
    total: 1,
    queued: 1,
    running: 0,
    succeeded: 0,
    failed: 0,
    cancelled: 0,
    fraction: 0,
    etaSeconds: null,
    costUsd: 0,
  },
};

export const output = (name: string) => ({
  __typename: "Output",
  preset: name,
  width: 2200,
  height: 2200,
  format: "JPEG",
  quality: 92,
  maxBytes: null,
});
export const preset = (name: string, title: string) => ({ __typename: "OutputPreset", name, title, output: output(name) });
export const rules = [
  { rule: "ratio", verdict: "PASSED", expected: sentence("Ratio 1:1."), actual: sentence("1:1.") },
  { rule: "text", verdict: "NOT_CHECKED", expected: sentence("No text."), actual: null },
  { rule: "fill", verdict: "FAILED", expected: sentence("The product fills 87 %."), actual: sentence("82 %.") },
].map((rule) => ({ __typename: "RuleOutcome", ...rule }));
