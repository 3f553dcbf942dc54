// Writes ONNX files: as much of the format's protobuf as a feed-forward network needs. https://onnx.ai/onnx/repo-docs/IR.html

/** ONNX's own numbers of element types: float32 and uint8. */
export const elementTypes = { float: 1, bytes: 2 } as const;
type ElementType = (typeof elementTypes)[keyof typeof elementTypes];

/** A whole number, several, or a word. */
type Attribute = number | readonly number[] | string;

/** The names of what goes in; everything else is an attribute by its ONNX name. */
interface Operation {
  readonly inputs: readonly string[];
  readonly [attribute: string]: Attribute | readonly string[];
}

interface Port {
  readonly name: string;
  readonly type: ElementType;
  /** A word names a side that may vary. */
  readonly shape: readonly (number | string)[];
}

const irVersion = 8;
const opset = 13;

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest % 128) + (rest >= 128 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.from(bytes);
}

const number = (field: number, value: number): Buffer => Buffer.concat([varint(field * 8), varint(value)]);
const bytes = (field: number, value: Buffer): Buffer => Buffer.concat([varint(field * 8 + 2), varint(value.length), value]);
const text = (field: number, value: string): Buffer => bytes(field, Buffer.from(value));
const message = (field: number, ...parts: readonly Buffer[]): Buffer => bytes(field, Buffer.concat(parts));

function attribute(name: string, value: Attribute | readonly string[]): Buffer {
  if (typeof value === "number") return message(5, text(1, name), number(3, value), number(20, 2));
  if (typeof value === "string") return message(5, text(1, name), text(4, value), number(20, 3));
  return message(5, text(1, name), ...value.map((one) => number(8, Number(one))), number(20, 7));
}

function port(field: number, { name, type, shape }: Port): Buffer {
  const sides = shape.map((side) => message(1, typeof side === "string" ? text(2, side) : number(1, side)));
  return message(field, text(1, name), message(2, message(1, number(1, type), message(2, ...sides))));
}

export class OnnxGraph {
  readonly #nodes: Buffer[] = [];
  readonly #constants: Buffer[] = [];

  /** Adds an operation with one output, which bears the operation's name. @returns that name */
  node(operator: string, name: string, { inputs, ...attributes }: Operation): string {
    const told = Object.entries(attributes).map(([key, value]) => attribute(key, value));
    this.#nodes.push(message(1, ...inputs.map((input) => text(1, input)), text(2, name), text(3, name), text(4, operator), ...told));
    return name;
  }

  /** @returns the constant's name */
  constant(name: string, shape: readonly number[], values: ArrayLike<number>): string {
    const raw = Buffer.from(Float32Array.from(values).buffer);
    this.#constants.push(message(5, ...shape.map((side) => number(1, side)), number(2, elementTypes.float), text(8, name), bytes(9, raw)));
    return name;
  }

  encode(input: Port, output: Port): Buffer {
    const graph = message(7, ...this.#nodes, text(2, "graph"), ...this.#constants, port(11, input), port(12, output));
    return Buffer.concat([number(1, irVersion), text(2, "image-studio"), graph, message(8, text(1, ""), number(2, opset))]);
  }
}
