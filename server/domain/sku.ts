// SKUs: who sees which, and how they come to be.
import type { App } from "../app.ts";
import { assertRole, type Viewer } from "../auth/viewer.ts";
import { isUniqueViolation, type Prisma, type Tx } from "../db/client.ts";
import { conflict, notFound } from "../errors.ts";
import { say } from "../say.ts";
import { askedCode, maxCodeLength, maxTitleLength, requireName } from "./names.ts";
import { tellSkus } from "./sku-news.ts";

export type SkuRow = Prisma.SkuGetPayload<object>;

/** The rows that the viewer may see. Lists, their filters and their counts are in sku-list.ts. */
export const skuWhere = (viewer: Viewer): Prisma.SkuWhereInput => ({ workspace: viewer.workspace });

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
    throw isUniqueViolation(error) ? codeTaken(code) : error;
  }
}

const codeTaken = (code: string): Error => conflict(say("SKU_CODE_TAKEN", { code }));

export interface UpdateSkuInput {
  /** The new code; null and left out: it stays. */
  readonly code?: string | null | undefined;
  /** Null or blank: the SKU has no title any more. Left out: it stays. */
  readonly title?: string | null | undefined;
}

/** @throws NOT_FOUND, CONFLICT when the new code is taken, BAD_USER_INPUT on a code or title that is none. */
export async function updateSku(app: App, viewer: Viewer, { code, input }: { code: string; input: UpdateSkuInput }): Promise<SkuRow> {
  assertRole(viewer, "EDITOR");
  const newCode = input.code === null || input.code === undefined ? null : requireName("code", input.code, maxCodeLength);
  const title = input.title?.trim() ? requireName("title", input.title, maxTitleLength) : null;
  const { workspace } = viewer;
  try {
    return await app.db.$transaction(async (tx) => {
      const found = await tx.sku.findUnique({ where: { workspace_code: { workspace, code: askedCode(code) } } });
      if (found === null) throw notFound("SKU with this code");
      const [sku] = await tx.sku.updateManyAndReturn({
        where: { id: found.id },
        data: { ...(newCode === null ? {} : { code: newCode }), ...(input.title === undefined ? {} : { title }) },
      });
      if (sku === undefined) throw notFound("SKU with this code");
      await tellSkus(tx, workspace, [sku.id]);
      return sku;
    });
  } catch (error) {
    throw isUniqueViolation(error) ? codeTaken(newCode ?? code) : error;
  }
}

/** The SKU of a code, made when there is none; safe when many ask at once. */
export async function ensureSku(tx: Tx, workspace: string, code: string): Promise<SkuRow> {
  await tx.sku.createMany({ data: [{ workspace, code }], skipDuplicates: true });
  return tx.sku.findUniqueOrThrow({ where: { workspace_code: { workspace, code } } });
}
