// GALLERIES of the environment: what each kind of gallery needs, and what it may be told.
import { z } from "zod";
import { presets } from "./images/presets.ts";

/** Galleries on one server: bounds what a start checks and what a list shows. */
const maxGalleries = 50;
const text = z.string().trim().min(1);
const presetNames = presets.map(({ name }) => name);

/** A key goes into an HTTP header: line breaks and spaces in it are mistakes of copying. */
const secret = z.string().regex(/^[\x21-\x7e]+$/, "is empty, or holds spaces or characters that no key has; copy it anew");
const url = z.url({ protocol: /^https?$/, error: "is no http or https address" });
/** Objects' names are looked for below it; a leading slash is a slip of the pen that would find nothing. */
const prefix = z
  .string()
  .refine((value) => !value.startsWith("/"), "begins with a slash, which no object's name does: leave it out")
  .transform((value) => (value === "" || value.endsWith("/") ? value : `${value}/`));

const fieldRanges = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const;
const isCronField = (field: string, [low, high]: readonly [number, number]): boolean =>
  field.split(",").every((part) => {
    const found = /^(?:\*(?:\/(\d{1,2}))?|(\d{1,2})(?:-(\d{1,2}))?)$/.exec(part);
    if (found === null) return false;
    const [, step, from, to] = found;
    const isWithin = (value: string | undefined): boolean => value === undefined || (Number(value) >= low && Number(value) <= high);
    return (step === undefined || Number(step) > 0) && isWithin(from) && isWithin(to) && Number(to ?? from ?? 0) >= Number(from ?? 0);
  });
/** The five fields of cron, in UTC. */
const schedule = text.refine((value) => {
  const fields = value.split(/\s+/);
  return fields.length === fieldRanges.length && fieldRanges.every((range, index) => isCronField(fields[index] ?? "", range));
}, 'is no cron pattern: give minute, hour, day, month and weekday in UTC, as in "0 3 * * *"');

const common = {
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,49}$/, "wants 1 to 50 letters, digits, dots, dashes and underscores"),
  /** What people see; left out: the name. */
  title: text.max(100).optional(),
  /** Who sees it. Without a list every workspace on the server would pull a seller's photos and write to their shop. */
  workspaces: z.array(text, { error: 'is missing: list the workspaces that may use it, as in ["demo"]' }).min(1),
  schedule: schedule.optional(),
  /** Before each of its codes: keeps it apart from a gallery that has the same ones. */
  codePrefix: z.string().max(50).default(""),
  /** What pictures must pass on their way out. */
  preset: z.enum(presetNames, { error: `is no preset: it must be one of ${presetNames.join(", ")}` }).optional(),
  /** Servers that may be on a private network or another port, as `host:port`. */
  allow: z
    .array(z.string().regex(/^(\[[0-9a-f:.]+\]|[a-z0-9.-]+):\d{1,5}$/, 'wants host:port in small letters, as in "photos.internal:8080"'))
    .default([]),
};

const gallery = z.discriminatedUnion("kind", [
  z.strictObject({
    ...common,
    kind: z.literal("ozon"),
    clientId: z.union([secret, z.number().int().positive().transform(String)], { error: "is no client id; copy it anew" }),
    apiKey: secret,
    url: url.default("https://api-seller.ozon.ru"),
  }),
  z.strictObject({
    ...common,
    kind: z.literal("s3"),
    bucket: text,
    prefix: prefix.default(""),
    endpoint: url.optional(),
    region: text.default("us-east-1"),
    accessKeyId: secret.optional(),
    secretAccessKey: secret.optional(),
    forcePathStyle: z.boolean().default(false),
    /** Where approved pictures go; left out: nowhere. */
    publishPrefix: prefix.optional(),
  }),
  z.strictObject({ ...common, kind: z.literal("http"), url, token: secret.optional() }),
]);

export type GalleryConfig = z.infer<typeof gallery>;
export type OzonGalleryConfig = Extract<GalleryConfig, { kind: "ozon" }>;
export type S3GalleryConfig = Extract<GalleryConfig, { kind: "s3" }>;
export type HttpGalleryConfig = Extract<GalleryConfig, { kind: "http" }>;

/** The list, each fault with its place in it; no fault repeats what was given. */
export const galleriesSchema = z
  .array(gallery, { error: "wants a list of galleries" })
  .max(maxGalleries)
  .superRefine((list, context) => {
    const fault = (index: number, field: string, message: string): void =>
      context.addIssue({ code: "custom", path: [index, field], message });
    for (const [index, each] of list.entries()) {
      if (list.findIndex(({ name }) => name === each.name) < index)
        fault(index, "name", `is taken by gallery ${list.findIndex(({ name }) => name === each.name)}: each needs its own`);
      if (each.kind === "s3") checkS3(each, (field, message) => fault(index, field, message));
      else checkTransport(each, (field, message) => fault(index, field, message));
    }
  });

type Fault = (field: string, message: string) => void;

function checkS3({ accessKeyId, secretAccessKey, prefix: from, publishPrefix: to }: S3GalleryConfig, fault: Fault): void {
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    fault(accessKeyId === undefined ? "accessKeyId" : "secretAccessKey", "is missing: set both keys or neither");
  }
  // Within the prefix, what was published would come back as new photos.
  if (to?.startsWith(from)) fault("publishPrefix", "lies within prefix, so that published pictures would be pulled again: choose another");
}

/** Plain http would carry the key in the open; within one's own network that may be, and `allow` says where. */
function checkTransport(each: OzonGalleryConfig | HttpGalleryConfig, fault: Fault): void {
  const { protocol, host, port, username, password, hash } = new URL(each.url);
  if (username !== "" || password !== "") fault("url", "carries a user name or password: use the fields meant for secrets");
  if (hash !== "") fault("url", "has a part after #, which is never sent: leave it out");
  const hasSecret = each.kind === "ozon" || each.token !== undefined;
  const server = port === "" ? `${host}:${protocol === "https:" ? 443 : 80}` : host;
  if (hasSecret && protocol === "http:" && !each.allow.includes(server)) {
    fault("url", `begins with http:, which carries its key in the open: use https, or name ${server} in allow`);
  }
}
