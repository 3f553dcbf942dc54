// The side file of a model: `model.json` beside `model.onnx` says how a network that nobody knows reads its picture.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { z } from "zod";
import { messageOf } from "../../../errors.ts";
import { ModelFault, type NetworkSpec } from "./spec.ts";

/** Pixels: smaller shows no product, larger takes gigabytes. */
const minSide = 32;
const maxSide = 4096;

const rgb = z.tuple([z.number(), z.number(), z.number()]);

const schema = z.strictObject({
  /** What results call the model. */
  name: z.string().trim().min(1).max(100).optional(),
  inputSize: z.number().int().min(minSide).max(maxSide).optional(),
  mean: rgb.optional(),
  std: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]).optional(),
  scale: z.union([z.number().positive(), z.literal("maximum")], { error: 'wants a number above 0, usually 255, or "maximum"' }).optional(),
  sigmoid: z.boolean().optional(),
  stretch: z.boolean().optional(),
  looks: z.enum(["many", "few"]).optional(),
  heavy: z.boolean().optional(),
});

export interface SideFile {
  readonly name?: string | undefined;
  readonly spec: Partial<NetworkSpec>;
}

export const sideFilePath = (modelPath: string): string => `${modelPath.replace(/\.onnx$/i, "")}.json`;

/** @returns null where there is none @throws ModelFault naming every field at fault */
export function readSideFile(path: string): SideFile | null {
  const text = read(path);
  if (text === null) return null;
  const parsed = schema.safeParse(parse(text, path));
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path: at, message }) => (at.length === 0 ? message : `${at.join(".")}: ${message}`));
    throw new ModelFault(`${basename(path)}, which describes the model of STUDIO_MODEL, has a fault: ${faults.join("; ")}.`);
  }
  const { name, inputSize, ...rest } = parsed.data;
  // What was left out is not there at all, so that it covers nothing.
  return { name, spec: { ...rest, ...(inputSize === undefined ? {} : { inputSide: inputSize }) } as Partial<NetworkSpec> };
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw new ModelFault(`${basename(path)}, which describes the model of STUDIO_MODEL, cannot be read: ${messageOf(error)}.`);
  }
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ModelFault(`${basename(path)}, which describes the model of STUDIO_MODEL, is no JSON: ${messageOf(error)}.`);
  }
}
