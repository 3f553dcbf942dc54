// SKUs: who sees which, and how they come to be.
import type { App } from "../app.ts";
import { assertRole, type Viewer } from "../auth/viewer.ts";
import { isUniqueViolation, type Prisma, type Tx } from "../db/client.ts";
import { conflict } from "../errors.ts";
import { maxCodeLength, maxTitleLength, requireName } from "./names.ts";

export type SkuRow = Prisma.SkuGetPayload<object>;

export interface SkuFilter {
  readonly search?: string | null | undefined;
  readonly status?: readonly SkuRow["status"][] | null | undefined;
}

/** The rows that the viewer may see, narrowed by the filter. */
export function skuWhere(viewer: Viewer, filter: SkuFilter = {}): Prisma.SkuWhereInput {
  const search = filter.search?.trim();
  return {
    workspace: viewer.workspace,
    ...(filter.status ? { status: { in: [...filter.status] } } : {}),
    ...(search ? { OR: [{ code: { contains: search, mode: "insensitive" } }, { title: { contains: search, mode: "insensitive" } }] } : {}),
  };
}

export interface CreateSkuInput {
  readonly code: string;
  readonly title?: string | null | undefined;
}

/** @throws CONFLICT when the code is taken, BAD_USER_INPUT on a code or title that is none. */
export async function createSku(app: App, viewer: Viewer, input: CreateSkuInput): Promise<SkuRow> {
  assertRole(viewer, "EDITOR");
  const code = requireName("code", input.code, maxCodeLength);
  const title = input.title ? requireName("title", input.title, maxTitleLength) : null;
  try {
    return await app.db.sku.create({ data: { workspace: viewer.workspace, code, title } });
  } catch (error) {
    if (isUniqueViolation(error)) throw conflict(`There is a SKU with the code ${code} already: choose another code, or use that SKU.`);
    throw error;
  }
}

/** The SKU of a code, made when there is none; safe when many ask at once. */
export async function ensureSku(tx: Tx, workspace: string, code: string): Promise<SkuRow> {
  await tx.sku.createMany({ data: [{ workspace, code }], skipDuplicates: true });
  return tx.sku.findUniqueOrThrow({ where: { workspace_code: { workspace, code } } });
}

export type SkuCounts = Readonly<Record<"all" | Lowercase<SkuRow["status"]>, number>>;

/** How many SKUs stand at each status, archived ones in `archived` alone. */
export async function countSkus(app: App, viewer: Viewer, search?: string | null): Promise<SkuCounts> {
  const groups = await app.db.sku.groupBy({ by: ["status"], where: skuWhere(viewer, { search }), _count: true });
  const of = (status: SkuRow["status"]): number => groups.find((group) => group.status === status)?._count ?? 0;
  const counts = {
    pending: of("PENDING"),
    processing: of("PROCESSING"),
    review: of("REVIEW"),
    approved: of("APPROVED"),
    archived: of("ARCHIVED"),
  };
  return { ...counts, all: counts.pending + counts.processing + counts.review + counts.approved };
}
