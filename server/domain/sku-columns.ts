// The columns of a SKU list's one statement, and how its flat rows become rows with their main pair inside.
import { Prisma } from "../db/client.ts";

type ImageField = keyof typeof Prisma.ImageScalarFieldEnum;
type ImageRow = Prisma.ImageGetPayload<object>;
type PairRow = Prisma.PairGetPayload<object>;

/** The columns wanted of a main pair's source and of its current result's picture, beside their ids. */
export interface PictureColumns {
  readonly source: readonly ImageField[];
  readonly result: readonly ImageField[];
}

type Picture = Pick<ImageRow, "id" | "workspace"> & Partial<ImageRow>;
export type MainPair = PairRow & { source: Picture; current: { image: Picture } | null };
/** `pairs` holds the main pair alone, or nothing. */
export type SkuListRow = Prisma.SkuGetPayload<object> & { pairs: MainPair[] };

export const isImageField = (name: string): name is ImageField => Object.hasOwn(Prisma.ImageScalarFieldEnum, name);

/** Every column of a pair, as `"pair.sku_id"`. */
export const pairColumns = (table: string): Prisma.Sql => columns(table, "pair", Object.keys(Prisma.PairScalarFieldEnum));

/** The given columns of a picture, its id and workspace always, as `"source.sha256"`. */
export const pictureColumns = (table: string, part: "source" | "result", fields: readonly ImageField[]): Prisma.Sql =>
  columns(table, part, [...new Set<ImageField>(["id", "workspace", ...fields])]);

/** Names are those of the Prisma schema, never a client's words. */
const columns = (table: string, part: string, fields: readonly string[]): Prisma.Sql =>
  Prisma.raw(fields.map((field) => `${table}.${snakeCase(field)} AS "${part}.${snakeCase(field)}"`).join(", "));

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());

type FlatRow = Readonly<Record<string, unknown>>;

/** Flat rows, named as the columns are, to rows as Prisma would have loaded them. */
export function nestRows(flat: readonly FlatRow[]): SkuListRow[] {
  const names = Object.keys(flat[0] ?? {});
  const readerOf = (prefix: string): ((row: FlatRow) => Record<string, unknown>) => {
    const own = names.filter((name) => (prefix === "" ? !name.includes(".") : name.startsWith(prefix)));
    const fields = own.map((name) => [name, camelCase(name.slice(prefix.length))] as const);
    return (row) => {
      const part: Record<string, unknown> = {};
      for (const [name, field] of fields) part[field] = row[name];
      return part;
    };
  };
  const [sku, pair, source, result] = [readerOf(""), readerOf("pair."), readerOf("source."), readerOf("result.")];
  return flat.map((row) => {
    const current = row["result.id"] ? { image: result(row) } : null;
    return Object.assign(sku(row), {
      pairs: row["pair.id"] ? [Object.assign(pair(row), { source: source(row), current })] : [],
    }) as SkuListRow;
  });
}
