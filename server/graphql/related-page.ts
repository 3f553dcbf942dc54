// Pages of rows that stand under another, as a SKU's pairs: read along with it, so that a page of SKUs costs no statement for each.
import { z } from "zod";
import { badUserInput } from "../errors.ts";
import { maxPageSize } from "./builder.ts";
import { type PageArguments, pageOf, readPage } from "./page.ts";

/** What rows are ordered by, and what their cursors hold of it. */
const fields = { position: z.int32(), at: z.iso.datetime() };

type Field = keyof typeof fields;

interface Row {
  readonly id: string;
}

/** Pages in the order of a field, then of ids. A cursor holds both, so that the next page follows also when its row is gone. */
export function pagesBy<Name extends Field>(name: Name) {
  // Cursors from before they held places are the row's id.
  const place = z.union([z.tuple([fields[name], z.uuid()]), z.uuid()]);
  return {
    /** The page's rows, and one beyond it. */
    query(args: PageArguments) {
      const { size, backward, from } = readPage(args, place);
      // Sizes are checked where the field resolves, which is after its rows were read.
      const rows = Math.min(Math.max(size, 1), maxPageSize) + 1;
      const orderBy = [{ [name]: "asc" as const }, { id: "asc" as const }];
      const page = { orderBy, take: backward ? -rows : rows, ...beside(from, backward) };
      // What cursors need, for who asks for no node. Not in the type: where a node is asked for, all of its columns are read beside.
      const read = { select: { id: true, [name]: true }, ...page };
      return read as typeof page;
    },
    /** @param exists tells whether there is a row of this id @throws BAD_USER_INPUT for a cursor without a place whose row is gone */
    async connection<Node extends Row & Readonly<Record<Name, unknown>>>(
      rows: readonly Node[],
      args: PageArguments,
      exists: (id: string) => Promise<boolean>,
    ) {
      const page = readPage(args, place);
      if (typeof page.from === "string" && rows.length === 0 && !(await exists(page.from))) throw rowIsGone(args);
      return pageOf(rows, page, (row) => [row[name], row.id]);
    },
  };

  function beside(from: z.infer<typeof place> | null, backward: boolean) {
    if (from === null) return {};
    if (typeof from === "string") return { cursor: { id: from }, skip: 1 };
    const [value, id] = from;
    const [beyond, notBefore] = backward ? (["lt", "lte"] as const) : (["gt", "gte"] as const);
    // The first says what the second does too, in the words that an index understands.
    return { where: { [name]: { [notBefore]: value }, OR: [{ [name]: { [beyond]: value } }, { id: { [beyond]: id } }] } };
  }
}

const rowIsGone = ({ after }: PageArguments): Error =>
  badUserInput(`${after ? "after" : "before"} is the cursor of a row that was deleted: start this list from its first page.`);

interface ById {
  readonly cursor?: { readonly id?: string | undefined } | undefined;
  readonly take: number;
  readonly skip: number;
}

/** What Prisma reads from a cursor's row, for a list from the newest id to the oldest, by the id alone: the row may be gone, or not one's own. */
export function besideId<Query extends ById>({ cursor, skip: _skip, ...query }: Query) {
  return { query, beside: cursor?.id === undefined ? {} : { id: { [query.take < 0 ? "gt" : "lt"]: cursor.id } } };
}
