// An engine's options as its JSON Schema tells them, made into the few kinds of fields that a form can draw.

interface Shared {
  readonly name: string;
  /** From the schema's `title`, else from the name: `edgeSoftness` becomes "Edge softness". */
  readonly label: string;
  readonly hint: string | undefined;
}

export type OptionField = Shared &
  (
    | { readonly kind: "switch"; readonly initial: boolean }
    | { readonly kind: "choice"; readonly values: readonly string[]; readonly initial: string | undefined }
    | { readonly kind: "range"; readonly least: number; readonly most: number; readonly step: number; readonly initial: number }
    | { readonly kind: "number"; readonly least: number | undefined; readonly most: number | undefined; readonly isWhole: boolean }
    | { readonly kind: "text"; readonly most: number | undefined; readonly initial: string | undefined }
  );

export type OptionValues = Readonly<Record<string, unknown>>;

/** A range of more whole numbers than this is typed, not slid. */
const mostSlid = 1000;
/** Steps of a range that is not of whole numbers. */
const steps = 100;

type Schema = Readonly<Record<string, unknown>>;
const isSchema = (value: unknown): value is Schema => typeof value === "object" && value !== null && !Array.isArray(value);
const numberIn = (schema: Schema, name: string): number | undefined => {
  const value = schema[name];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
};
const textIn = (schema: Schema, name: string): string | undefined => {
  const value = schema[name];
  return typeof value === "string" && value !== "" ? value : undefined;
};

/** The fields of an object's schema, in its order. What a form cannot draw (lists, objects) is left out; the engine then takes its default. */
export function fieldsOf(schema: unknown): readonly OptionField[] {
  if (!isSchema(schema) || !isSchema(schema["properties"])) return [];
  return Object.entries(schema["properties"]).flatMap(([name, property]) => {
    const field = isSchema(property) ? fieldOf(name, withoutNull(property)) : undefined;
    return field === undefined ? [] : [field];
  });
}

/** What may also be null is drawn as what it is otherwise. */
function withoutNull(schema: Schema): Schema {
  const others = [schema["anyOf"], schema["oneOf"]]
    .find(Array.isArray)
    ?.filter((each: unknown) => isSchema(each) && each["type"] !== "null");
  const [only] = others ?? [];
  const types = schema["type"];
  if (Array.isArray(types)) return { ...schema, type: types.find((type) => type !== "null") };
  return others?.length === 1 && isSchema(only) ? { ...only, ...schema, type: only["type"] } : schema;
}

function fieldOf(name: string, schema: Schema): OptionField | undefined {
  const shared: Shared = { name, label: textIn(schema, "title") ?? spoken(name), hint: textIn(schema, "description") };
  const initial = schema["default"];
  const values = Array.isArray(schema["enum"]) ? schema["enum"].filter((value) => typeof value === "string") : [];
  if (values.length > 0) return { ...shared, kind: "choice", values, initial: typeof initial === "string" ? initial : undefined };
  if (schema["type"] === "boolean") return { ...shared, kind: "switch", initial: initial === true };
  if (schema["type"] === "string") {
    return { ...shared, kind: "text", most: numberIn(schema, "maxLength"), initial: typeof initial === "string" ? initial : undefined };
  }
  const isWhole = schema["type"] === "integer";
  if (!isWhole && schema["type"] !== "number") return undefined;
  const least = numberIn(schema, "minimum") ?? numberIn(schema, "exclusiveMinimum");
  const most = numberIn(schema, "maximum") ?? numberIn(schema, "exclusiveMaximum");
  // Without a default there is nothing to slide from: such a number is typed, or left out.
  if (least === undefined || most === undefined || most <= least || typeof initial !== "number" || (isWhole && most - least > mostSlid)) {
    return { ...shared, kind: "number", least, most, isWhole };
  }
  const step = numberIn(schema, "multipleOf") ?? (isWhole ? 1 : roundStep((most - least) / steps));
  return { ...shared, kind: "range", least, most, step, initial };
}

/** The power of ten, or its double or fivefold, next below. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step) + 1e-9);
  const share = [5, 2].find((each) => each * power <= step * (1 + 1e-9)) ?? 1;
  return Number((share * power).toPrecision(1));
}

/** `edgeSoftness` and `edge_softness` as people write it. */
function spoken(name: string): string {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/[_-]+/g, " ")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The value that a field shows: what was chosen, else the schema's default. Of another kind than the field, it counts as not chosen. */
export function shownValue(field: OptionField, values: OptionValues): boolean | number | string | undefined {
  const value = values[field.name];
  if (field.kind === "switch") return typeof value === "boolean" ? value : field.initial;
  if (field.kind === "range") return typeof value === "number" ? value : field.initial;
  if (field.kind === "number") return typeof value === "number" ? value : undefined;
  if (field.kind === "choice") return typeof value === "string" && field.values.includes(value) ? value : field.initial;
  return typeof value === "string" ? value : field.initial;
}

/** The values with one of them chosen; what equals the default is left out, so that a better default is taken over one day. */
export function withValue(field: OptionField, values: OptionValues, value: boolean | number | string | undefined): OptionValues {
  const { [field.name]: _before, ...rest } = values;
  const isDefault = value === undefined || ("initial" in field && value === field.initial);
  return isDefault ? rest : { ...rest, [field.name]: value };
}

/** Only what the schema knows: values that were chosen for another engine are not sent. */
export function knownValues(fields: readonly OptionField[], values: unknown): OptionValues {
  if (!isSchema(values)) return {};
  return Object.fromEntries(fields.flatMap(({ name }) => (values[name] === undefined ? [] : [[name, values[name]]])));
}
