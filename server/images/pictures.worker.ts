// The thread's side of pictures.ts: a whole edit, from file to file, or a measurement. Nothing large crosses but the files.
import type { MessagePort } from "node:worker_threads";
import { type ErrorCode, UserError } from "../errors.ts";
import { type Sentence, say } from "../say.ts";
import { type ComplianceFacts, measureCompliance, type RuleOutcome } from "./compliance.ts";
import { decodePhoto, fromPicture, uprightSize } from "./decode.ts";
import { type DigitalSource, readDisclosure } from "./disclosure.ts";
import { encodePicture } from "./encode.ts";
import { inspectPhoto, type PhotoInfo } from "./inspect.ts";
import { type AskCutOut, applyOperations, type Edited } from "./operations/apply.ts";
import { dropFullAlpha, maxEditPixels, maxEditSide } from "./operations/canvas.ts";
import type { CutOut } from "./operations/cut-out.ts";
import { placementOf, wholeFrame } from "./operations/frame.ts";
import type { EditOperation } from "./operations/operation.ts";
import type { OutputSpec, Picture, Placement } from "./picture.ts";
import { findPreset } from "./presets.ts";
import { verifyEncoded } from "./verify.ts";

/** Format, quality and bytes of the file that an edit ends in; its size follows from the operations. */
export type EditOutput = Pick<OutputSpec, "format" | "quality" | "maxBytes">;

/** What is known of the picture that an edit starts from. */
export interface EditBase {
  /** `whole`: the picture is the source itself. Null: not known. */
  readonly placement: Placement | "whole" | null;
  readonly upscaled: boolean;
  readonly confidence: number | null;
  readonly warnings: readonly Sentence[];
}

/** Who is asked for a cut-out: the picture as it stands, or the source that it was made from, where its own background still shows the outline. */
export type CutOutFrom = "PICTURE" | "SOURCE";

export interface EditTask {
  readonly source: Uint8Array;
  readonly base: EditBase;
  readonly operations: readonly EditOperation[];
  readonly output: EditOutput;
  readonly cutOutFrom: CutOutFrom;
  /** Where a cut-out is asked for (`CutOutQuestion`) and comes back (`CutOut`, or null: there will be none). */
  readonly cutOuts: MessagePort;
}

export interface CutOutQuestion {
  /** An uncompressed TIFF of the picture; null: the source is meant. */
  readonly file: Uint8Array | null;
  /** Pixels at which the cut-out is needed: the picture's size, or the source's in the picture. */
  readonly width: number;
  readonly height: number;
  readonly shadow: boolean;
}

export interface EditedPhoto extends Omit<EditBase, "placement"> {
  readonly file: Uint8Array;
  readonly photo: PhotoInfo;
  readonly placement: Placement | null;
}

/** Errors are answered, not thrown: their classes would not survive the way between threads. */
export type Answer<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "refused"; readonly code: ErrorCode; readonly message: string }
  | { readonly kind: "noCutOut" };

class NoCutOut extends Error {
  override name = "NoCutOut";
}

export async function edit(task: EditTask): Promise<Answer<EditedPhoto>> {
  try {
    const edited = await applyOperations(await openBase(task), task.operations, askThrough(task));
    return { kind: "done", value: await finish(edited, task.output, await readDisclosure(bufferOf(task.source))) };
  } catch (error) {
    return answerOf(error);
  } finally {
    task.cutOuts.close();
  }
}

async function openBase({ source, base }: EditTask): Promise<Edited> {
  const bytes = bufferOf(source);
  const { width, height } = await uprightSize(bytes);
  const sideLimit = Math.min(1, maxEditSide / Math.max(width, height));
  const picture = await dropFullAlpha(
    await decodePhoto(bytes, { maxPixels: Math.min(maxEditPixels, Math.floor(width * height * sideLimit ** 2)) }),
  );
  const isSmaller = picture.width < width;
  const { placement, ...known } = base;
  const warning = say("EDIT_SCALED", { width, height, toWidth: picture.width, toHeight: picture.height });
  return {
    ...known,
    picture,
    frame: placement === "whole" ? wholeFrame(picture) : placement && { box: placement, isMirrored: false },
    warnings: isSmaller ? [...base.warnings, warning] : base.warnings,
  };
}

/** An edit of a picture that a model made says so as its base did. */
async function finish(
  { picture, frame, upscaled, confidence, warnings }: Edited,
  wanted: EditOutput,
  disclosure: DigitalSource | null,
): Promise<EditedPhoto> {
  const format = picture.channels === 4 && wanted.format === "JPEG" ? "PNG" : wanted.format;
  const output: OutputSpec = { ...wanted, format, preset: null, width: picture.width, height: picture.height };
  const { data } = await encodePicture(picture, output, disclosure);
  await verifyEncoded(data, output, null, disclosure);
  return { file: data, photo: await inspectPhoto(data), placement: placementOf(frame), upscaled, confidence, warnings };
}

/** One question at a time: operations run in order. */
function askThrough({ cutOuts: port, cutOutFrom }: EditTask): AskCutOut {
  return async ({ picture, frame, shadow }) => {
    const isOfSource = cutOutFrom === "SOURCE" && frame !== null;
    const given = isOfSource
      ? frame
      : { box: { x: 0, y: 0, width: picture.width, height: picture.height, rotation: 0 }, isMirrored: false };
    const question: CutOutQuestion = {
      file: isOfSource ? null : await fromPicture(picture).tiff({ compression: "none" }).toBuffer(),
      width: Math.max(1, Math.round(given.box.width)),
      height: Math.max(1, Math.round(given.box.height)),
      // A shadow is cast downwards; on a turned source it would fall sideways.
      shadow: shadow && given.box.rotation === 0,
    };
    const answered = new Promise<CutOut | null>((resolve) => port.once("message", resolve));
    port.postMessage(question);
    const cut = await answered;
    if (cut === null) throw new NoCutOut();
    return { cut: { ...cut, picture: pictureFrom(cut.picture) }, given };
  };
}

/** Between threads a Buffer becomes a plain Uint8Array over the same memory. */
const pictureFrom = (picture: Picture): Picture => ({ ...picture, data: bufferOf(picture.data) });
const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);

export interface MeasureTask {
  readonly file: Uint8Array;
  readonly preset: string;
  readonly facts: ComplianceFacts;
}

export async function measure({ file, preset, facts }: MeasureTask): Promise<Answer<RuleOutcome[]>> {
  try {
    const found = findPreset(preset);
    if (found === undefined) throw new TypeError(`There is no preset ${preset}`);
    return { kind: "done", value: await measureCompliance(bufferOf(file), found, facts) };
  } catch (error) {
    return answerOf(error);
  }
}

function answerOf(error: unknown): Exclude<Answer<never>, { kind: "done" }> {
  if (error instanceof UserError) return { kind: "refused", code: error.code, message: error.message };
  if (error instanceof NoCutOut) return { kind: "noCutOut" };
  throw error;
}
