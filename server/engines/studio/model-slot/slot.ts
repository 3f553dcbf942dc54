// The model slot: which network STUDIO_MODEL stands for, whether it is there, and what numbers it goes by.
//
// A known name has everything from the table. A path has its numbers from three places, each covering the next: its side file, the family
// that its hash or its name tells, and what most networks want. The square's side comes from the file itself where it is fixed there.
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { basename } from "node:path";
import type { StudioModelChoice } from "../../../config.ts";
import { messageOf } from "../../../errors.ts";
import { builtInModel, familyByName, type KnownModel, type KnownModels, knownModels } from "./known.ts";
import { readSideFile, sideFilePath } from "./side-file.ts";
import { imageNet, type Model, ModelFault, type NetworkSpec } from "./spec.ts";

/** Where nothing is said: as torchvision's networks are fed, and an answer that is a probability already. */
const usual: NetworkSpec = {
  usualSide: 1024,
  ...imageNet,
  scale: 255,
  sigmoid: false,
  stretch: false,
  kernel: "lanczos3",
  looks: "few",
  heavy: false,
};

/** Beyond these a network takes much memory; the built-in one has 6 MB and 384 pixels. */
const lightBytes = 16_000_000;
const lightSide = 512;
/** Bytes that a file is hashed by at a time. */
const chunkBytes = 1 << 20;

export interface ModelSlot {
  /** The network's name; where it cannot be used, what it would be called. */
  readonly name: string;
  /** What is there now: looks at the files' dates again each time, at their contents when those changed. @throws ModelFault */
  find(): Model;
}

/** @param known left out: the table of this project */
export function openModelSlot(choice: StudioModelChoice | undefined, known: KnownModels = knownModels): ModelSlot {
  if (choice === undefined) return { name: builtInModel.name, find: () => builtInModel };
  if (choice.kind === "known") return { name: choice.name, find: () => findKnown(known[choice.name], choice.dir) };
  const { path } = choice;
  let last: Model | undefined;
  const find = (): Model => {
    const { size, version } = statModel(path);
    if (last?.version !== version) last = { ...describeFile(path, recognise(path, size, known), size), path, version };
    return last;
  };
  return {
    get name() {
      try {
        return find().name;
      } catch {
        return plainName(path);
      }
    },
    find,
  };
}

const plainName = (path: string): string => basename(path).replace(/\.onnx$/i, "");

function findKnown({ name, file, bytes, spec }: KnownModel, dir: string): Model {
  const path = `${dir}/${file}`;
  const stats = stat(path);
  const help = `Run \`npm run model ${name}\` once; it needs no restart.`;
  if (stats === null) throw new ModelFault(`STUDIO_MODEL is ${name}, which has not been fetched yet. ${help}`);
  if (stats.size !== bytes)
    throw new ModelFault(`STUDIO_MODEL is ${name}, but ${path} has ${stats.size} bytes and not ${bytes}: it is not whole. ${help}`);
  return { name, path, spec, version: versionOf(stats) };
}

function statModel(path: string): { size: number; version: string } {
  const stats = stat(path);
  const help = "Give the path of an ONNX file, or leave it out for the built-in model.";
  if (stats === null) throw new ModelFault(`STUDIO_MODEL is ${path}, but there is no such file. ${help}`);
  if (!stats.isFile()) throw new ModelFault(`STUDIO_MODEL is ${path}, which is a folder and no file. ${help}`);
  if (stats.size === 0) throw new ModelFault(`STUDIO_MODEL is ${path}, but that file is empty: it was not copied whole. ${help}`);
  const side = stat(sideFilePath(path));
  return { size: stats.size, version: `${versionOf(stats)} ${side === null ? "" : versionOf(side)}` };
}

function describeFile(path: string, known: KnownModel | undefined, bytes: number): Pick<Model, "name" | "spec"> {
  const side = readSideFile(sideFilePath(path));
  const family = known?.spec ?? familyByName(basename(path));
  const spec = { ...usual, ...family, ...side?.spec };
  const isLarge = bytes > lightBytes || (spec.inputSide ?? spec.usualSide) > lightSide;
  return {
    name: side?.name ?? known?.name ?? plainName(path),
    spec: { ...spec, heavy: side?.spec.heavy ?? (isLarge || spec.heavy) },
  };
}

/** Reading a whole file takes a moment, so only one that has exactly a known one's size is read. */
function recognise(path: string, bytes: number, known: KnownModels): KnownModel | undefined {
  const candidate = Object.values(known).find((model) => model.bytes === bytes);
  return candidate !== undefined && hashOf(path) === candidate.sha256 ? candidate : undefined;
}

function hashOf(path: string): string {
  const hash = createHash("sha256");
  const chunk = Buffer.alloc(chunkBytes);
  const file = openSync(path, "r");
  try {
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) hash.update(chunk.subarray(0, read));
  } finally {
    closeSync(file);
  }
  return hash.digest("hex");
}

function stat(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    // A path through something that is no folder, or one that this user may not enter.
    throw new ModelFault(`STUDIO_MODEL leads to ${path}, which cannot be looked at: ${messageOf(error)}.`);
  }
}

const versionOf = ({ size, mtimeMs, ino }: Stats): string => `${ino}-${size}-${mtimeMs}`;
