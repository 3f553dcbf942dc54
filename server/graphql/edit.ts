// Edits of a picture: operations with parameters, applied in their order.
import { editImage } from "../domain/edit.ts";
import { builder } from "./builder.ts";
import { decodeId } from "./ids.ts";
import { Pair } from "./pair.ts";
import { BackgroundKindEnum } from "./prompt.ts";

const FlipAxisEnum = builder.enumType("FlipAxis", { values: ["HORIZONTAL", "VERTICAL"] as const });
const FitEnum = builder.enumType("Fit", { values: ["CONTAIN", "COVER", "INSIDE"] as const });
const EditBaseEnum = builder.enumType("EditBase", { values: ["SOURCE", "RESULT"] as const });

const CropInput = builder.inputType("CropInput", {
  description: "Fractions of the picture's width and height, from 0 to 1.",
  fields: (t) => ({
    x: t.float({ required: true }),
    y: t.float({ required: true }),
    width: t.float({ required: true }),
    height: t.float({ required: true }),
  }),
});

const ToneInput = builder.inputType("ToneInput", {
  description: "Each from -1 to 1; 0 changes nothing.",
  fields: (t) => ({
    brightness: t.float({ defaultValue: 0 }),
    contrast: t.float({ defaultValue: 0 }),
    saturation: t.float({ defaultValue: 0 }),
    warmth: t.float({ defaultValue: 0 }),
    sharpness: t.float({ defaultValue: 0 }),
  }),
});

const BackgroundInput = builder.inputType("BackgroundInput", {
  fields: (t) => ({
    kind: t.field({ type: BackgroundKindEnum, required: true }),
    colors: t.stringList({ description: "CSS hex colours: one for COLOR, two for GRADIENT (top, bottom)." }),
  }),
});

const ResizeInput = builder.inputType("ResizeInput", {
  fields: (t) => ({
    width: t.int({ required: true }),
    height: t.int({ required: true }),
    fit: t.field({ type: FitEnum, defaultValue: "CONTAIN" }),
  }),
});

const EditOperationInput = builder.inputType("EditOperationInput", {
  isOneOf: true,
  fields: (t) => ({
    crop: t.field({ type: CropInput }),
    rotate: t.float({ description: "Clockwise, in degrees." }),
    flip: t.field({ type: FlipAxisEnum }),
    tone: t.field({ type: ToneInput }),
    background: t.field({ type: BackgroundInput }),
    resize: t.field({ type: ResizeInput }),
  }),
});

const EditImageInput = builder.inputType("EditImageInput", {
  fields: (t) => ({
    pair: t.id({ required: true }),
    base: t.field({ type: EditBaseEnum, defaultValue: "RESULT", description: "What to start from: the source, or the current result." }),
    operations: t.field({ type: [EditOperationInput], required: true, description: "Applied in order." }),
  }),
});

builder.mutationField("editImage", (t) =>
  t.prismaField({
    type: Pair,
    description: "A non-destructive edit: crops, turns and tones a picture into a new result.",
    args: { input: t.arg({ type: EditImageInput, required: true }) },
    resolve: async (query, _root, { input: { pair, base, operations } }, { app, viewer }) => {
      const { id } = await editImage(app, viewer, { pairId: decodeId("Pair", pair), base, operations });
      return app.db.pair.findUniqueOrThrow({ ...query, where: { id } });
    },
  }),
);
