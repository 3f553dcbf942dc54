// Writes tiny ONNX files, so that tests can run networks whose every answer they know.
// The format is protobuf: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto; field numbers are from there.

const varintWire = 0;
const lengthWire = 2;
const floatWire = 5;

/** The version of the format, and of the operators, that the files claim. */
const irVersion = 8;
const opsetVersion = 13;

/** TensorProto.DataType. */
const elementTypes = { uint8: 2, float32: 1, int64: 7 } as const;
/** AttributeProto.AttributeType. */
const attributeTypes = { float: 1, int: 2, ints: 7 } as const;

function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

const key = (field: number, wire: number): Buffer => varint((field << 3) | wire);
const integer = (field: number, value: number | bigint): Buffer => Buffer.concat([key(field, varintWire), varint(value)]);
const message = (field: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([key(field, lengthWire), varint(body.length), body]);
};
const text = (field: number, value: string): Buffer => message(field, Buffer.from(value));
const float = (field: number, value: number): Buffer => {
  const body = Buffer.alloc(4);
  body.writeFloatLE(value);
  return Buffer.concat([key(field, floatWire), body]);
};

type Attribute = number | readonly number[] | { readonly float: number };

/** A name stands for a dimension that the file leaves open. */
type Shape = readonly (number | string)[];

export interface TensorDescription {
  readonly name: string;
  /** Undefined: the file says nothing. */
  readonly shape: Shape | undefined;
  readonly type?: keyof typeof elementTypes;
}

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

export interface OnnxModel {
  readonly inputs: readonly TensorDescription[];
  readonly outputs: readonly TensorDescription[];
  readonly nodes: readonly OnnxNode[];
  readonly constants: Readonly<Record<string, { readonly shape: readonly number[]; readonly values: Float32Array | BigInt64Array }>>;
  /** Bytes that the whole file shall have at least, filled with a comment. */
  readonly padTo?: number;
}

function attribute(name: string, value: Attribute): Buffer {
  const head = text(1, name);
  if (typeof value === "number") return message(5, head, integer(3, value), integer(20, attributeTypes.int));
  if ("float" in value) return message(5, head, float(2, value.float), integer(20, attributeTypes.float));
  return message(5, head, ...value.map((each) => integer(8, each)), integer(20, attributeTypes.ints));
}

function node({ op, inputs, output, attributes = {} }: OnnxNode): Buffer {
  const parts = Object.entries(attributes).map(([name, value]) => attribute(name, value));
  return message(1, ...inputs.map((name) => text(1, name)), text(2, output), text(3, output), text(4, op), ...parts);
}

function constant([name, { shape, values }]: [string, OnnxModel["constants"][string]]): Buffer {
  const type = values instanceof Float32Array ? elementTypes.float32 : elementTypes.int64;
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return message(5, ...shape.map((size) => integer(1, size)), integer(2, type), text(8, name), message(9, bytes));
}

function description(field: number, { name, shape, type = "float32" }: TensorDescription): Buffer {
  const dimensions = (shape ?? []).map((size) => message(1, typeof size === "number" ? integer(1, size) : text(2, size)));
  const tensor = [integer(1, elementTypes[type]), ...(shape === undefined ? [] : [message(2, ...dimensions)])];
  return message(field, text(1, name), message(2, message(1, ...tensor)));
}

export function writeOnnx({ inputs, outputs, nodes, constants, padTo = 0 }: OnnxModel): Buffer {
  const graph = message(
    7,
    ...nodes.map(node),
    text(2, "graph"),
    ...Object.entries(constants).map(constant),
    ...inputs.map((each) => description(11, each)),
    ...outputs.map((each) => description(12, each)),
  );
  const whole = Buffer.concat([integer(1, irVersion), text(2, "tests"), graph, message(8, text(1, ""), integer(2, opsetVersion))]);
  return padTo <= whole.length ? whole : Buffer.concat([whole, comment(padTo - whole.length)]);
}

/** The model's doc_string, so long that with its key and its length it takes exactly so many bytes. */
function comment(bytes: number): Buffer {
  for (let length = Math.max(0, bytes - 8); length < bytes; length++) {
    const written = text(6, " ".repeat(length));
    if (written.length === bytes) return written;
  }
  throw new Error(`No comment takes exactly ${bytes} bytes`);
}
