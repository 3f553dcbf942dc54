// One photo, from file to finished picture: read, find, refine, compose. Runs inside a worker thread.
import { decodeView, type Region, uprightSize } from "../../images/decode.ts";
import { giveBack } from "../../images/give-back.ts";
import type { OutputSpec, Picture, Recipe } from "../../images/picture.ts";
import { type Sentence, say } from "../../say.ts";
import type { EngineOutput } from "../engine.ts";
import { whyBlank } from "./blank.ts";
import { paint } from "./canvas.ts";
import { judge } from "./confidence.ts";
import { denoise } from "./denoise.ts";
import { fitWholePhoto } from "./keep-background.ts";
import { filledShare, fitScale, productArea } from "./layout.ts";
import { type Cutout, cutOut } from "./matte.ts";
import type { Network } from "./network.ts";
import { measureNoise, type Noise } from "./noise.ts";
import type { StudioOptions } from "./options.ts";
import { alphaPlane, isCutOutAlready, takeOwnAlpha } from "./own-alpha.ts";
import { clearWhite, openPainting, type Painting, warnOfUnusedMask } from "./painting.ts";
import { type AtEdge, meetEdges } from "./photo-edge.ts";
import { makePiece, placementOf } from "./piece.ts";
import { type Box, boundsAbove, cropPlane, type Size } from "./planes.ts";
import { findProduct, type Prior } from "./prior.ts";
import { measureLean } from "./straighten.ts";
import { applyTone, measureTone } from "./tone.ts";
import { turnedBounds } from "./turn.ts";
import type { Enlarger } from "./upscale.ts";

/** Pixels on the longer side of the copy in which the product is looked for. */
const probeSide = 768;
/** Pixels on the longer side of the part that is cut out; bounds memory where huge photos meet huge outputs. */
const maxWorkSide = 5000;
/** More than the output needs, because the product's box is known only roughly when the photo is read. */
const readHeadroom = 1.12;
/** Alpha above which a pixel counts for the product's box. */
const boxAlpha = 64;

/** The photo holds no product; the message says what to do. */
export class NoProductError extends Error {
  override name = "NoProductError";
}

export interface Assignment {
  readonly source: Buffer;
  /** What a person painted on it. */
  readonly mask?: Buffer;
  readonly recipe: Recipe;
  readonly options: StudioOptions;
  readonly output: OutputSpec;
}

export interface Hooks {
  readonly onStage: (stage: Sentence) => void;
  /** Throws when the run was cancelled. */
  readonly checkpoint: () => void;
}

/** Each is loaded when first asked for. */
export interface Networks {
  readonly network: () => Promise<Network>;
  /** Null where there is none: enlarging goes without. */
  readonly enlarger: () => Promise<Enlarger | null>;
}

/** @throws NoProductError, UserError for photos that do not decode, and whatever `checkpoint` throws. */
export async function produce(networks: Networks, assignment: Assignment, hooks: Hooks): Promise<EngineOutput> {
  hooks.onStage(say("STAGE_READING"));
  if (assignment.recipe.background === "KEEP") return keepPhoto(assignment, { ...hooks, enlarger: networks.enlarger });
  const size = await uprightSize(assignment.source);
  const probe = await decodeView(assignment.source, scaledTo(size, Math.min(1, probeSide / Math.max(size.width, size.height))));
  hooks.checkpoint();
  hooks.onStage(say("STAGE_FINDING"));
  const painting = assignment.mask === undefined ? null : await openPainting(assignment.mask, { photo: size, probe });
  const prior = await locate(networks, { size, probe, painting });
  if (prior === null) {
    throw new NoProductError(say("NO_PRODUCT_FOUND"));
  }
  hooks.checkpoint();
  hooks.onStage(say("STAGE_REFINING"));
  const work = await readAroundProduct(assignment, { size, probe, prior });
  hooks.checkpoint();
  // Before the cut-out: its clean colours take the photo's place.
  const noise = assignment.options.denoise ? measureNoise(work.picture) : null;
  const cutout = isCutOutAlready(probe)
    ? await takeOwn(work, painting)
    : await cutOutProduct(work, { prior, probe, painting, options: assignment.options, checkpoint: hooks.checkpoint });
  hooks.checkpoint();
  return compose(assignment, { size, work, noise, cutout, prior, probe, hooks, enlarger: networks.enlarger });
}

/** @throws NoProductError for a photo that holds nothing at all, unless a person painted a product on it */
async function locate(networks: Networks, photo: { size: Size; probe: Picture; painting: Painting | null }): Promise<Prior | null> {
  const { size, probe, painting } = photo;
  const blank = await whyBlank(size, probe);
  if (blank !== null && !painting?.hasProduct) throw new NoProductError(blank);
  const look = async (): Promise<Prior | null> => findProduct(await networks.network(), probe, painting?.paint);
  const found = isCutOutAlready(probe) ? ownPrior(probe) : blank === null ? await look() : null;
  return painting === null ? found : painting.over(found, probe);
}

async function keepPhoto(
  { source, recipe, output, options, mask }: Assignment,
  hooks: Hooks & Pick<Networks, "enlarger">,
): Promise<EngineOutput> {
  const warnings = mask === undefined ? [] : [await warnOfUnusedMask(mask, await uprightSize(source))];
  const retouch = (photo: Picture): void => {
    const noise = options.denoise ? measureNoise(photo) : null;
    if (noise !== null) denoise({ ...photo, colors: photo.data, alpha: null }, noise, hooks.checkpoint);
    if (recipe.autoTone) applyTone(photo.data, measureTone({ photo, cover: null, product: { colors: photo.data, alpha: null } }));
  };
  const kept = await fitWholePhoto(source, output, { ...hooks, enlarger: options.enlarge ? hooks.enlarger : null, retouch });
  // sharp's own memory cannot change hands between threads.
  const data = Buffer.allocUnsafeSlow(kept.picture.data.length);
  kept.picture.data.copy(data);
  return { ...kept, picture: { ...kept.picture, data }, model: null, costUsd: 0, confidence: null, warnings };
}

const scaledTo = (size: Size, scale: number): Size => ({
  width: Math.max(1, Math.round(size.width * scale)),
  height: Math.max(1, Math.round(size.height * scale)),
});

function ownPrior(probe: Picture): Prior | null {
  const probability = alphaPlane(probe);
  if (boundsAbove(probability, probe, 0.25) === null) return null;
  return { probability, box: { x0: 0, y0: 0, x1: probe.width, y1: probe.height }, agreement: 1, otherObjects: 0 };
}

/** The part of the photo around the product, at the size that the work is done in. */
interface Work {
  readonly picture: Picture;
  /** Where it lies in the whole photo at this scale. */
  readonly region: Region;
  /** Its pixels per pixel of the upright photo. */
  readonly scale: number;
}

async function readAroundProduct(
  { source, recipe, output }: Assignment,
  found: { size: Size; probe: Picture; prior: Prior },
): Promise<Work> {
  const { size, probe, prior } = found;
  const product = boundsAbove(prior.probability, probe, 0.4) ?? prior.box;
  const perProbe = size.width / probe.width;
  const wanted = (fitScale(product, productArea(output, recipe)) / perProbe) * readHeadroom;
  const longest = Math.max(prior.box.x1 - prior.box.x0, prior.box.y1 - prior.box.y0) * perProbe;
  const view = scaledTo(size, Math.min(1, wanted, maxWorkSide / longest));
  const across = view.width / probe.width;
  const down = view.height / probe.height;
  const left = Math.floor(prior.box.x0 * across);
  const top = Math.floor(prior.box.y0 * down);
  const width = Math.max(1, Math.min(view.width, Math.round(prior.box.x1 * across)) - left);
  const height = Math.max(1, Math.min(view.height, Math.round(prior.box.y1 * down)) - top);
  const region = { left, top, width, height };
  return { picture: await decodeView(source, { ...view, region }), region, scale: view.width / size.width };
}

async function takeOwn(work: Work, painting: Painting | null): Promise<Cutout> {
  const cutout = takeOwnAlpha(work.picture);
  if (painting !== null) clearWhite(cutout.alpha, await painting.read(work, cutout));
  return cutout;
}

async function cutOutProduct(
  work: Work,
  from: { prior: Prior; probe: Picture; painting: Painting | null; options: StudioOptions; checkpoint: () => void },
): Promise<Cutout> {
  const { prior, probe, painting, options, checkpoint } = from;
  const { box } = prior;
  const plane = cropPlane(prior.painted?.unpainted ?? prior.probability, probe, box);
  const paintAt = painting === null ? null : (to: Size) => painting.read(work, to);
  return cutOut(work.picture, { plane, size: { width: box.x1 - box.x0, height: box.y1 - box.y0 }, paintAt }, { ...options, checkpoint });
}

interface Scene {
  readonly size: Size;
  readonly work: Work;
  /** Null: clean, or to be left as it is. */
  readonly noise: Noise | null;
  readonly cutout: Cutout;
  readonly prior: Prior;
  readonly probe: Picture;
  readonly hooks: Hooks;
  readonly enlarger: Networks["enlarger"];
}

async function compose({ recipe, output, options }: Assignment, scene: Scene): Promise<EngineOutput> {
  const { size, work, cutout } = scene;
  const upright = turnedBounds(cutout, 0, boxAlpha);
  if (upright === null) throw new NoProductError(say("NO_OUTLINE_FOUND"));
  const edges = meetEdges(cutout, upright, photoBox(work, size));
  if (scene.noise !== null) denoise(cutout, scene.noise, scene.hooks.checkpoint);
  if (recipe.autoTone) applyTone(cutout.colors, measureTone({ photo: scene.probe, cover: scene.prior.probability, product: cutout }));
  // What runs out of the photo has no outline there to judge by.
  const degrees = options.straighten && edges.touching.length === 0 ? measureLean(cutout.alpha, cutout) : 0;
  const product = turnedBounds(cutout, degrees, boxAlpha) ?? upright;
  const cut = options.cutToEdge ? edges.cut : [];
  const scale = fitScale(product, productArea(output, recipe, cut));
  const making = { output, recipe, workScale: work.scale, enlarge: options.enlarge, enlarger: scene.enlarger, ...scene.hooks };
  const placed = await makePiece(cutout, { product, degrees, scale, cut }, making);
  // A product that runs out of the photo's bottom has no foot to cast a shadow from.
  const picture = paint(placed.piece, { output, recipe, shadow: edges.cut.includes("bottom") ? 0 : recipe.shadow, rest: options.rest });
  const enlargement = scale * work.scale;
  const judged = judgeScene(scene, { product: upright, edges, enlargement });
  giveBack(cutout.colors, cutout.alpha, placed.piece.colors, placed.piece.alpha, work.picture.data);
  return {
    picture,
    model: null,
    costUsd: 0,
    ...judged,
    placement: placementOf(placed, cutout, photoBox(work, size)),
    upscaled: enlargement > 1,
    fill: filledShare(product, scale, output),
  };
}

/** The whole photo in the cut-out's pixels. */
function photoBox({ region, scale }: Work, size: Size): Box {
  return { x0: -region.left, y0: -region.top, x1: size.width * scale - region.left, y1: size.height * scale - region.top };
}

function judgeScene(
  { cutout, prior, probe, size, work }: Scene,
  found: { product: Box; edges: AtEdge; enlargement: number },
): { confidence: number; warnings: readonly Sentence[] } {
  const { product, edges, enlargement } = found;
  const area = ((product.x1 - product.x0) * (product.y1 - product.y0)) / (work.scale * work.scale);
  return judge({
    cutout,
    agreement: prior.agreement,
    priorAgreement: agreementWithPrior(cutout, prior, probe),
    otherObjects: prior.otherObjects,
    ...edges,
    share: area / (size.width * size.height),
    enlargement,
    painted: prior.painted ?? null,
  });
}

function agreementWithPrior({ labels, labelSize }: Cutout, { probability, box }: Prior, probe: Picture): number {
  let both = 0;
  let either = 0;
  for (let y = 0; y < labelSize.height; y++) {
    for (let x = 0; x < labelSize.width; x++) {
      const px = box.x0 + Math.floor(((x + 0.5) / labelSize.width) * (box.x1 - box.x0));
      const py = box.y0 + Math.floor(((y + 0.5) / labelSize.height) * (box.y1 - box.y0));
      const before = probability[py * probe.width + px]! > 0.5;
      const after = labels[y * labelSize.width + x]! > 0.5;
      if (before && after) both++;
      if (before || after) either++;
    }
  }
  return either === 0 ? 0 : both / either;
}
