// What a segmentation network wants its picture to be like and how its answer is read, and the words for a model that cannot be used.

type Rgb = readonly [red: number, green: number, blue: number];

/** The numbers of one network. Its value of a pixel is (value / scale - mean) / std, for each channel apart. */
export interface NetworkSpec {
  /** Pixels of the square that it is given, where that was asked for; undefined: as the file says. */
  readonly inputSide?: number | undefined;
  /** The same where the file leaves it open and nobody asked. */
  readonly usualSide: number;
  readonly mean: Rgb;
  readonly std: Rgb;
  /** What 8-bit values are divided by; `maximum`: the picture's own brightest value, as rembg does. */
  readonly scale: number | "maximum";
  /** Whether the answer is logits, which the sigmoid makes probabilities. */
  readonly sigmoid: boolean;
  /** Whether the answer's least and greatest values are stretched to 0 and 1, as rembg does. */
  readonly stretch: boolean;
  /** How the photo is brought to the square. */
  readonly kernel: "linear" | "lanczos3";
  /** How often it is asked about a photo: five times with the mirror image each, or twice where a look takes long and errs less. */
  readonly looks: "many" | "few";
  /** Whether it takes hundreds of megabytes: then a single thread of the process holds it and looks at one photo at a time. */
  readonly heavy: boolean;
}

/** A network that is there: its name for people, its file, its numbers. */
export interface Model {
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
  readonly spec: NetworkSpec;
  /** Another one when the file was replaced. */
  readonly version: string;
}

/** The model cannot be used, for this photo and likely every other; the message is a sentence that says why and what to do. */
export class ModelFault extends Error {
  override name = "ModelFault";
}

/** The same from within, where nobody knows the model's name: the message is a clause, such as "it has 2 inputs". */
export class Unfit extends Error {
  override name = "Unfit";
}

/** Of the photos that most networks were trained with (ImageNet), for values from 0 to 1. */
export const imageNet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;
