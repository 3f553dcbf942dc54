// New SKUs as they are asked for and made, one after the other; what is refused stays as it was typed, with the reason.
import { useCallback, useEffect, useRef, useState } from "react";
import { failureText } from "../api/failure.ts";
import { CreateSkuDocument } from "../api/generated/graphql.ts";
import { useStudio } from "../shared/context.ts";
import type { DroppedFile } from "../shared/dropped.ts";
import { type NewSku, newSkusOf } from "./new-skus.ts";

export interface Refusal {
  readonly words: string;
  /** There is one with this code: it can be used instead. */
  readonly isTaken: boolean;
}

export interface NewSkusHandle {
  /** Those that are not made yet. */
  readonly rows: readonly NewSku[];
  readonly refusals: ReadonlyMap<string, Refusal>;
  readonly isBusy: boolean;
  readonly change: (id: string, change: Partial<Pick<NewSku, "code" | "title">>) => void;
  /** Takes one off without making it. */
  readonly leaveOut: (id: string) => void;
  /** Takes the one that is there already. */
  readonly fillTaken: (id: string) => void;
  /** Makes all of them; those that are made are told of at once. */
  readonly make: () => Promise<void>;
}

/** @param onMade told of each SKU that is there now, with the photos that go into it */
export function useNewSkus(dropped: readonly DroppedFile[], onMade: (code: string, files: readonly File[]) => void): NewSkusHandle {
  const { client, t, say } = useStudio();
  const [rows, setRows] = useState(() => newSkusOf(dropped));
  const [refusals, setRefusals] = useState<ReadonlyMap<string, Refusal>>(new Map());
  const [isBusy, setIsBusy] = useState(false);
  /** Codes that were made here: the second folder of a name joins the first. */
  const made = useRef(new Set<string>());
  const isThere = useRef(true);
  useEffect(() => {
    isThere.current = true;
    return () => {
      isThere.current = false;
    };
  }, []);
  const take = (id: string): void => setRows((now) => now.filter((row) => row.id !== id));
  const judge = (id: string, refusal?: Refusal): void =>
    setRefusals((now) => new Map([...[...now].filter(([of]) => of !== id), ...(refusal === undefined ? [] : [[id, refusal] as const])]));

  const create = useCallback(
    async (code: string, title: string): Promise<Refusal | undefined> => {
      const input = { code, ...(title === "" ? {} : { title }) };
      const { error } = await client.mutation(CreateSkuDocument, { input });
      return error && { words: failureText(error, say) ?? t("serverSilent"), isTaken: isConflict(error) };
    },
    [client, t, say],
  );
  const settle = ({ id, files }: NewSku, code: string): void => {
    made.current.add(code);
    judge(id);
    take(id);
    onMade(code, files);
  };

  return {
    rows,
    refusals,
    isBusy,
    change(id, change) {
      judge(id);
      setRows((now) => now.map((row) => (row.id === id ? { ...row, ...change } : row)));
    },
    leaveOut: take,
    fillTaken(id) {
      const row = rows.find((each) => each.id === id);
      if (row !== undefined) settle(row, row.code.trim());
    },
    async make() {
      setIsBusy(true);
      for (const row of rows) {
        // Whoever closes the dialog wants no more of them.
        if (!isThere.current) return;
        const code = row.code.trim();
        const refusal = made.current.has(code) ? undefined : await create(code, row.title.trim());
        if (refusal === undefined) settle(row, code);
        else judge(row.id, refusal);
      }
      setIsBusy(false);
    },
  };
}

const isConflict = ({ graphQLErrors }: { readonly graphQLErrors: readonly { readonly extensions: Record<string, unknown> }[] }): boolean =>
  graphQLErrors.some(({ extensions }) => extensions["code"] === "CONFLICT");
