// The workspaces that stories take place in.
import { say } from "../../server/say.ts";
import { catalog, photosOf } from "./catalog.ts";
import type { GalleryPhoto, GalleryRow, PairRow, PublicationRow, SkuRow } from "./rows.ts";
import { addGroup, addPhoto, addResult, addSku, newSync, pairsOf, type World } from "./world.ts";

const noEdge = say("NO_OUTLINE_FOUND");

/** Prompts, keys and past jobs as a workspace in use has them. */
export function furnish(world: World): void {
  const white = addGroup(world, {
    name: "Marketplace white",
    description: "For listings: white ground, one product, soft shadow.",
    templates: [
      ["White, soft shadow", "{{sku.title}} on a pure white ground, a soft contact shadow, true colours, nothing else in the picture."],
      ["Detail, light grey", "A close view of {{sku.title}}, light grey ground, even light.", { appliesTo: "DETAIL" }],
      ["Catalogue frame", "{{sku.title}} centred in {{output.width}} × {{output.height}} pixels.", { enabled: false }],
    ],
  });
  addGroup(world, {
    name: "Lookbook",
    description: "For the shop's own pages.",
    templates: [["Warm linen", "{{sku.title}} on a linen cloth, warm morning light from the left."]],
  });
  world.settings.activePromptGroup = white.id;
  const madeAt = "2026-03-02T10:20:00Z";
  const key = { __typename: "ApiKey", createdAt: madeAt, revokedAt: null } as const;
  world.keys.push(
    { ...key, id: "key-1", name: "ERP import", prefix: "isk_a91K", role: "EDITOR", expiresAt: null, lastUsedAt: "2026-05-04T07:55:00Z" },
    { ...key, id: "key-2", name: "Night export", prefix: "isk_Qz04", role: "VIEWER", expiresAt: "2027-03-02T10:20:00Z", lastUsedAt: null },
    {
      ...key,
      id: "key-3",
      name: "Old shop",
      prefix: "isk_77bX",
      role: "OWNER",
      expiresAt: null,
      lastUsedAt: null,
      revokedAt: "2026-04-11T08:00:00Z",
    },
  );
}

/** One SKU whose nine photos stand in every state that there is, above seven SKUs at all stages. */
export function busyWorld(world: World): void {
  furnish(world);
  everyState(world);
  const stages = {
    "MUG-001": ["READY", "READY", "READY"],
    "PRF-002": ["APPROVED", "READY", "REJECTED"],
    "THM-003": ["WAITING", "WAITING", "WAITING"],
    "BAG-004": ["WAITING", "WAITING", "WAITING"],
    "HDP-005": ["APPROVED", "APPROVED", "APPROVED"],
    "BRD-006": ["READY", "WAITING", "FAILED"],
    "PLT-007": ["APPROVED", "APPROVED", "APPROVED"],
    "CSH-008": ["WAITING", "WAITING", "WAITING"],
  } as const;
  for (const [code, statuses] of Object.entries(stages)) {
    const sku = addSku(world, code, titleOf(code));
    for (const [index, photo] of photosOf(code).entries()) {
      const status = statuses[index] ?? "WAITING";
      const note = status === "FAILED" ? { note: noEdge } : status === "REJECTED" ? { note: "Too dark" } : {};
      addPhoto(world, sku, photo, { status, ...note });
    }
  }
}

const titleOf = (code: string): string | null => catalog.skus.find((sku) => sku.code === code)?.title ?? null;

/** @returns the SKU `SET-009` and its photos in order */
export function everyState(world: World): { readonly sku: SkuRow; readonly pairs: readonly PairRow[] } {
  const sku = addSku(world, "SET-009", "Housewarming set, 8 pieces");
  const first = catalog.skus.map(({ photos }) => photos[0]).filter((photo) => photo !== undefined);
  const states = [
    { status: "READY" },
    { status: "READY" },
    { status: "APPROVED" },
    { status: "REJECTED", note: "Handle is cut off" },
    { status: "WAITING" },
    { status: "FAILED", note: noEdge },
    { status: "READY" },
    { status: "ARCHIVED" },
  ] as const;
  const pairs = states.flatMap((state, index) => {
    const photo = first[index];
    return photo === undefined ? [] : [addPhoto(world, sku, photo, state)];
  });
  const [main] = pairs;
  if (main !== undefined) {
    main.isMain = true;
    const prompt = "Housewarming set, 8 pieces on a pure white ground, a soft contact shadow.";
    addResult(world, main, { engine: "openai", model: "gpt-image-2", prompt, costUsd: 0.04, fidelity: 0.97, durationMs: 11_400 });
    addResult(world, main);
  }
  return { sku, pairs };
}

export const emptyWorld = (_world: World): void => {};

/** One SKU without a photo. */
export function bareWorld(world: World): void {
  furnish(world);
  addSku(world, "NEW-001", "Travel tumbler, 470 ml");
}

/** Names and sentences as long as sellers and models write them. */
export function longWorld(world: World): void {
  furnish(world);
  const title =
    "Handgefertigte Steingut-Kaffeetasse mit gesprenkelter Reaktivglasur, spülmaschinenfest, mikrowellengeeignet, 350 Milliliter, Set aus zwei Stück im Geschenkkarton";
  const sku = addSku(world, "KERAMIK-TASSE-GESPRENKELT-REAKTIVGLASUR-350ML-2ER-SET-00000117", title);
  const names = [
    "2026-04-30_studio-2_kamera-B_DSC_000412 (final, retouched, approved by Marketing).jpg",
    "Снимок экрана 2026-05-01 в 12.00.41.jpg",
  ];
  for (const [index, photo] of photosOf("MUG-001").entries()) {
    const name = names[index] ?? photo.name;
    if (index === 2) addPhoto(world, sku, photo, { name, status: "FAILED", note: say("NO_PRODUCT_FOUND") });
    else addPhoto(world, sku, photo, { name, status: index === 0 ? "READY" : "REJECTED", ...(index === 1 ? { note: longReason } : {}) });
  }
}

const longReason =
  "The glaze came out greyer than on the sample in my hand, the handle throws a second shadow to the left, and the rim is softer than in the source";

/** As many SKUs as are asked for, a photo each. */
export const manyWorld =
  (count: number) =>
  (world: World): void => {
    furnish(world);
    const all = catalog.skus.flatMap(({ title, photos }) => photos.map((photo) => ({ title, photo })));
    const statuses = ["READY", "APPROVED", "WAITING", "READY", "FAILED"] as const;
    for (let number = 0; number < count; number++) {
      const each = all[number % all.length];
      if (each === undefined) return;
      const sku = addSku(world, `ART-${String(number + 1).padStart(5, "0")}`, each.title);
      addPhoto(world, sku, each.photo, { status: statuses[number % statuses.length] ?? "READY" });
    }
  };

/** A SKU with 24 photos, all waiting: enough for a batch that can be watched. */
export function batchWorld(world: World): void {
  furnish(world);
  const sku = addSku(world, "LOOK-2026", "Spring lookbook");
  for (const { photos } of catalog.skus) for (const photo of photos) addPhoto(world, sku, photo, { status: "WAITING" });
  const pairs = world.pairs.filter((pair) => pair.sku === sku);
  const unlucky = pairs[7];
  if (unlucky !== undefined) unlucky.fault = noEdge;
}

const noPicture = say("PHOTO_DAMAGED");
const vanished = say("OZON_PRODUCT_VANISHED");

/** What lies in the stories' marketplace: new products, one that is here already, and two that cannot be had. */
const marketPhotos: readonly GalleryPhoto[] = [
  { code: "MUG-001", product: "MUG-001" },
  { code: "KIT-101", product: "BRD-006" },
  { code: "KIT-102", product: "PLT-007" },
  { code: "KIT-103", fault: vanished },
  { code: "KIT-104", product: "THM-003" },
  { code: "KIT-105", fault: noPicture },
  { code: "KIT-106", product: "CSH-008" },
];

const market: GalleryRow = {
  name: "market",
  kind: "OZON",
  title: "Nordlager on Ozon",
  canPublish: true,
  preset: "square-master",
  schedule: "0 3 * * *",
  photos: marketPhotos,
  isCounted: true,
  fault: undefined,
};

/** The busy workspace with a marketplace, a bucket and a feed, none of them imported from yet. */
export function galleryWorld(world: World): void {
  busyWorld(world);
  const bucket = {
    name: "studio-photos",
    kind: "S3",
    title: "Photographers' bucket",
    canPublish: false,
    preset: null,
    schedule: null,
  } as const;
  const feed = { name: "erp", kind: "HTTP", title: "Finished tasks of the ERP", canPublish: false, preset: null, schedule: null } as const;
  world.galleries.push(
    { ...market },
    { ...bucket, photos: [{ code: "KIT-201", product: "PRF-002" }], isCounted: false, fault: undefined },
    {
      ...feed,
      photos: [],
      isCounted: true,
      fault: say("GALLERY_KEYS_REFUSED", {
        gallery: feed.title,
        answer: say("STATUS", { status: 403 }),
        fields: ["token"],
        name: feed.name,
      }),
    },
  );
}

/** A workspace without a SKU, and one gallery to begin with. */
export function emptyGalleryWorld(world: World): void {
  world.galleries.push({ ...market });
}

/** The marketplace was imported from, and pictures of HDP-005 and PLT-007 stand in it or are on their way. */
export function publishedWorld(world: World): void {
  galleryWorld(world);
  const sync = newSync(world, "market");
  const at = world.nextTime();
  Object.assign(sync, {
    status: "PARTIAL",
    skusDone: 7,
    skusTotal: 7,
    skusCreated: 4,
    pairsCreated: 12,
    unchanged: 3,
    failed: 2,
    finishedAt: at,
  });
  const failures = marketPhotos.flatMap((photo) => ("fault" in photo ? [{ subject: photo.code, message: photo.fault }] : []));
  sync.failures.push(...failures.map((failure) => ({ ...failure, code: "BAD_USER_INPUT" as const })));
  const states: readonly Partial<PublicationRow>[] = [
    { status: "PUBLISHED", at, url: "https://cdn.example/HDP-005/1.jpg", position: 0 },
    { status: "SENT" },
    { status: "FAILED", error: say("OZON_REFUSED", { reason: "the file could not be fetched" }) },
  ];
  for (const code of ["HDP-005", "PLT-007"]) {
    const sku = world.skus.find((each) => each.code === code);
    if (sku === undefined) continue;
    for (const [index, pair] of pairsOf(world, sku).entries()) addPublication(world, pair, states[index] ?? {});
  }
}

function addPublication(world: World, pair: PairRow, state: Partial<PublicationRow>): void {
  const common = {
    __typename: "Publication",
    pair,
    gallery: "market",
    result: pair.current ?? null,
    requestedAt: world.nextTime(),
  } as const;
  pair.publications.push({
    ...common,
    id: world.nextId("publication"),
    status: "QUEUED",
    at: null,
    url: null,
    position: null,
    error: null,
    ...state,
  });
}
