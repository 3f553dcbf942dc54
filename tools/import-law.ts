// The law of imports as a table: which room may import what. ARCHITECTURE.md says why.

/** What an import may name: a file, or a folder with a slash at its end. `types`: by `import type` only. */
type Target = string | { readonly types: string };

export interface Room {
  /** The file or folder that the rule is about; the first that fits counts. */
  readonly room: string;
  /** Besides the room itself. */
  readonly may: readonly Target[];
  /** Packages that it must not name; everything else is free. */
  readonly neverPackages?: RegExp;
  /** Where the refused line belongs. */
  readonly help: string;
}

const foundations: readonly Target[] = [
  "server/errors.ts",
  "server/log.ts",
  "server/say.ts",
  { types: "server/config.ts" },
  { types: "server/gallery-config.ts" },
];
const handFolders = ["auth", "db", "engines", "events", "fetch", "galleries", "images", "metrics", "queue", "storage"];
const hands = handFolders.map((name) => `server/${name}/`);
const handTypes: readonly Target[] = hands.map((types) => ({ types }));
const mouthHelp =
  "A mouth only translates: a rule belongs in domain/<noun>.ts; what two mouths need belongs in domain/ or in a hand; configuration comes through the App.";

const hand = (name: string, ...may: readonly Target[]): Room => ({
  room: `server/${name}/`,
  may: [...foundations, { types: "server/db/" }, ...may],
  help: "A hand knows no rule and no other hand: pass what it needs as an argument from domain/ or tasks/, or state an interface of its own.",
});

const domainMay: readonly Target[] = [
  ...foundations,
  ...handTypes,
  { types: "server/app.ts" },
  "server/db/",
  // Who asks and how a key is hashed, what is told and what is queued: the last two are written in the domain's own transaction.
  "server/auth/",
  "server/events/",
  "server/queue/",
  // The interfaces and tables of the hands, without their machinery.
  "server/engines/engine.ts",
  "server/galleries/gallery.ts",
  "server/images/picture.ts",
  "server/images/presets.ts",
  "server/storage/keys.ts",
  "server/storage/store.ts",
];

const mouthMay: readonly Target[] = [
  ...foundations.filter((target) => typeof target === "string"),
  ...handTypes,
  { types: "server/app.ts" },
  "server/domain/",
  "server/queue/",
  "server/auth/",
];

/** Part folders stand alone; what two of them need is in shared/ or api/. */
const widgetHelp =
  "A part imports shared/, api/ and its own folder. What two parts need belongs in shared/; only studio/ puts parts together.";

export const law: readonly Room[] = [
  {
    room: "server/main.ts",
    may: ["server/", "demo/backend.ts", "demo/catalog.ts", "demo/marketplace/server.ts"],
    help: "main.ts wires the server; of the demo it takes the backend, the catalog and the marketplace alone.",
  },
  { room: "server/api.ts", may: ["server/"], help: "The API's door wires mouths to an App; it knows neither widget nor demo." },
  {
    room: "server/app.ts",
    may: [...foundations, "server/config.ts", ...hands],
    help: "The App holds the hands. What needs a mouth or the domain is wired in main.ts.",
  },
  { room: "server/errors.ts", may: [], help: "Everything imports errors.ts, so it imports nothing." },
  { room: "server/log.ts", may: [], help: "Everything imports log.ts, so it imports nothing." },
  { room: "server/say.ts", may: ["server/sentences.ts"], help: "Everything imports say.ts, so it imports its table and nothing else." },
  { room: "server/sentences.ts", may: [], help: "A table: it imports nothing." },
  {
    room: "server/gallery-config.ts",
    may: ["server/errors.ts", "server/images/presets.ts"],
    help: "A part of the configuration: it knows the table of presets, and none of the rooms.",
  },
  {
    room: "server/config.ts",
    may: ["server/errors.ts", "server/gallery-config.ts"],
    help: "The configuration is read first, so it knows none of the rooms.",
  },
  {
    room: "server/embedded/",
    may: [...foundations, { types: "server/app.ts" }, "server/domain/", ...hands],
    help: "embedded/ brings what is not configured. What the demo shop does belongs in demo/, reached from main.ts.",
  },
  {
    room: "server/graphql/",
    // Pothos needs the database's model as a value; a subscription listens to events.
    may: [...mouthMay, "server/db/", "server/events/", "server/images/picture.ts", "server/images/presets.ts", "server/sentences.ts"],
    neverPackages: /^(sharp|onnxruntime|graphile-worker|@aws-sdk|ai$|@ai-sdk)/,
    help: mouthHelp,
  },
  {
    room: "server/http/",
    may: [...mouthMay, "server/storage/", "server/images/"],
    neverPackages: /^(onnxruntime|graphile-worker|@aws-sdk|ai$|@ai-sdk)/,
    help: mouthHelp,
  },
  {
    room: "server/tasks/",
    may: [...mouthMay, "server/db/faults.ts", "server/engines/", "server/images/", "server/storage/", "server/events/"],
    neverPackages: /^(sharp|onnxruntime|graphql|@pothos|@aws-sdk|ai$|@ai-sdk)/,
    help: mouthHelp,
  },
  {
    room: "server/domain/",
    may: domainMay,
    neverPackages: /^(graphile-worker|sharp|onnxruntime|piscina|@aws-sdk|ai$|@ai-sdk|graphql|@pothos)/,
    help: "The domain decides and writes tables. Pixels belong in images/ or engines/, queue machinery in tasks/, words of GraphQL in graphql/.",
  },
  // Sanctioned pairs: an engine works on pictures, a gallery fetches over the guarded fetch, or enters a bucket as the store enters its own.
  hand("engines", "server/images/"),
  hand("galleries", "server/fetch/", "server/storage/s3-client.ts"),
  hand("events", "server/db/"),
  hand("queue", "server/db/"),
  hand("storage", { types: "server/images/picture.ts" }),
  ...["auth", "db", "fetch", "images", "metrics"].map((name) => hand(name)),
  { room: "components/index.ts", may: ["components/"], help: "The package's public surface knows the package only." },
  { room: "components/shared/", may: ["components/api/"], help: widgetHelp },
  { room: "components/api/", may: ["components/shared/"], help: widgetHelp },
  { room: "components/studio/", may: ["components/"], help: "The studio puts parts together; it knows neither server nor demo." },
  { room: "components/element/", may: ["components/"], help: "The custom element wraps the studio; it knows neither server nor demo." },
  { room: "components/styles/", may: [], help: widgetHelp },
  { room: "components/image-modal/", may: ["components/shared/", "components/api/", "components/comparison/"], help: widgetHelp },
  // Masks are painted on the comparison's stage, and a picture that is edited is read as its dialog reads it.
  {
    room: "components/editor/",
    may: ["components/shared/", "components/api/", "components/comparison/", "components/image-modal/"],
    help: widgetHelp,
  },
  { room: "components/<part>/", may: ["components/shared/", "components/api/"], help: widgetHelp },
  { room: "demo/", may: [], help: "The demo is a stranger: it imports @image-studio/react by name and talks to the API over HTTP." },
];

/** Tests may look into everything; tools and tests are no rooms of the product. */
const isFree = (file: string): boolean => /\.(test|stories|bench)\.tsx?$/.test(file) || !/^(server|components|demo)\//.test(file);

/** @param file path from the repository's root @returns undefined where no law holds */
export function roomOf(file: string): Room | undefined {
  if (isFree(file)) return undefined;
  const found = law.find(({ room }) => file === room || (room.endsWith("/") && file.startsWith(room)));
  if (found !== undefined) return found;
  const part = /^components\/[^/]+\//.exec(file)?.[0];
  const forParts = law.find(({ room }) => room === "components/<part>/");
  return part === undefined || forParts === undefined ? undefined : { ...forParts, room: part };
}

/** Whether the room may import the file. */
export function isAllowed(room: Room, file: string, isType: boolean): boolean {
  const fits = (target: string): boolean => file === target || (target.endsWith("/") && file.startsWith(target));
  return fits(room.room) || room.may.some((target) => (typeof target === "string" ? fits(target) : isType && fits(target.types)));
}
