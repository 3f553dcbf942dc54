// Runs an edit's operations in their order, keeping account of where the source lies and of what a reviewer should know.
import { badUserInput, limitExceeded } from "../../errors.ts";
import type { Sentence } from "../../say.ts";
import { fromPicture, pictureOf } from "../decode.ts";
import type { Picture } from "../picture.ts";
import { background, isCutOut, parseBackground } from "./background.ts";
import { dropFullAlpha } from "./canvas.ts";
import { crop, cropFrame, parseCrop } from "./crop.ts";
import { type CutOut, layBack } from "./cut-out.ts";
import { flip, parseFlip } from "./flip.ts";
import { type Frame, flipFrame, turnFrame } from "./frame.ts";
import type { Background, EditOperation, EditOperationInput } from "./operation.ts";
import { enlarges, parseResize, resize, resizeFrame } from "./resize.ts";
import { parseRotate, rotate, turnedCentre } from "./rotate.ts";
import { parseTone, tone } from "./tone.ts";

/** Operations in one edit; stops a request from holding a thread for minutes. */
export const maxOperations = 20;

/** @throws UserError BAD_USER_INPUT naming the field at fault, LIMIT_EXCEEDED for too many. */
export function parseOperations(inputs: readonly EditOperationInput[]): EditOperation[] {
  if (inputs.length === 0) throw badUserInput("operations is empty: name at least one of crop, rotate, flip, tone, background and resize.");
  if (inputs.length > maxOperations) {
    throw limitExceeded(
      `operations holds ${inputs.length} operations: ${maxOperations} in one edit at most. Send the rest in another edit.`,
    );
  }
  return inputs.map((input, index) => parseOperation(`operations[${index}]`, input));
}

function parseOperation(field: string, input: EditOperationInput): EditOperation {
  const given = Object.entries(input).filter(([, value]) => value !== null && value !== undefined);
  if (given.length === 1) {
    if (input.crop) return { crop: parseCrop(`${field}.crop`, input.crop) };
    if (typeof input.rotate === "number") return { rotate: parseRotate(`${field}.rotate`, input.rotate) };
    if (input.flip) return { flip: parseFlip(`${field}.flip`, input.flip) };
    if (input.tone) return { tone: parseTone(`${field}.tone`, input.tone) };
    if (input.background) return { background: parseBackground(`${field}.background`, input.background) };
    if (input.resize) return { resize: parseResize(`${field}.resize`, input.resize) };
  }
  throw badUserInput(
    `Expected ${field} to hold exactly one of crop, rotate, flip, tone, background and resize but it holds ${given.length}.`,
  );
}

export interface Edited {
  readonly picture: Picture;
  readonly frame: Frame;
  /** Whether pixels were enlarged on the way. */
  readonly upscaled: boolean;
  readonly confidence: number | null;
  readonly warnings: readonly Sentence[];
}

/** What an engine is given to find the product in: the picture, or the source, whose box in the picture is `frame`. */
interface CutOutAsked {
  readonly picture: Picture;
  readonly frame: Frame;
  /** Whether the product may lie in a soft shadow. */
  readonly shadow: boolean;
}

/** @returns the cut-out, and where what the engine was given lies in the picture. */
export type AskCutOut = (asked: CutOutAsked) => Promise<{ readonly cut: CutOut; readonly given: NonNullable<Frame> }>;

/** @throws UserError where an operation does not fit the picture it meets; whatever `askCutOut` throws. */
export async function applyOperations(start: Edited, operations: readonly EditOperation[], askCutOut: AskCutOut): Promise<Edited> {
  let edited = start;
  for (const operation of operations) edited = await applyOne(edited, operation, askCutOut);
  return { ...edited, picture: await dropFullAlpha(edited.picture), warnings: [...new Set(edited.warnings)] };
}

async function applyOne(before: Edited, operation: EditOperation, askCutOut: AskCutOut): Promise<Edited> {
  const { picture, frame } = before;
  if ("crop" in operation) {
    return { ...before, picture: await crop(picture, operation.crop), frame: cropFrame(frame, picture, operation.crop) };
  }
  if ("rotate" in operation) {
    const degrees = operation.rotate;
    const turned = turnFrame(frame, degrees, { before: picture, centre: turnedCentre(picture, degrees) });
    return { ...before, picture: await rotate(picture, degrees), frame: turned };
  }
  if ("flip" in operation) {
    return { ...before, picture: await flip(picture, operation.flip), frame: flipFrame(frame, operation.flip, picture) };
  }
  if ("tone" in operation) return { ...before, picture: await tone(picture, operation.tone) };
  if ("background" in operation) return changeBackground(before, operation.background, askCutOut);
  return {
    ...before,
    picture: await resize(picture, operation.resize),
    frame: resizeFrame(frame, picture, operation.resize),
    upscaled: before.upscaled || enlarges(picture, operation.resize),
  };
}

/** A picture that stands free keeps its own outline; for an opaque one an engine is asked, then its outline is laid over the picture as it is. */
async function changeBackground(before: Edited, wanted: Background, askCutOut: AskCutOut): Promise<Edited> {
  if (wanted.kind === "KEEP") return before;
  if (isCutOut(before.picture)) return { ...before, picture: await background(before.picture, wanted) };
  const opaque = await flatten(before.picture);
  const { cut, given } = await askCutOut({ picture: opaque, frame: before.frame, shadow: wanted.kind !== "TRANSPARENT" });
  return {
    ...before,
    picture: await background(await layBack(opaque, cut, given), wanted),
    confidence: leastOf(before.confidence, cut.confidence),
    warnings: [...before.warnings, ...cut.warnings],
  };
}

const leastOf = (one: number | null, other: number | null): number | null =>
  one === null ? other : other === null ? one : Math.min(one, other);

async function flatten(picture: Picture): Promise<Picture> {
  if (picture.channels === 3) return picture;
  const { data, info } = await fromPicture(picture).flatten({ background: "#ffffff" }).raw().toBuffer({ resolveWithObject: true });
  return pictureOf(data, info);
}
