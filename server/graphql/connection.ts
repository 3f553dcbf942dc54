// What every connection with a total count shares.

/** Known when the connection is made, or counted when somebody asks. */
type TotalCount = number | (() => number | Promise<number>) | null | undefined;

/** Options of a connection's `totalCount` field. */
export const totalCount = {
  // Tells the Prisma plugin that a query for this field alone needs no rows.
  extensions: { pothosPrismaTotalCount: true },
  resolve: (connection: object): number | Promise<number> => {
    const count = "totalCount" in connection ? (connection.totalCount as TotalCount) : null;
    return typeof count === "function" ? count() : (count ?? 0);
  },
};
