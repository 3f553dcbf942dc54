// What people call the engine and the presets that every server has. The API knows them by English titles; other titles are names.
import { useMemo } from "react";
import { useStudio } from "./context.ts";
import type { MessageKey } from "./messages/messages.ts";

const words: Readonly<Partial<Record<string, MessageKey>>> = {
  studio: "engineStudio",
  "square-master": "presetSquare",
  "portrait-master": "presetPortrait",
  "yandex-market": "presetYandex",
  "amazon-main": "presetAmazon",
  taobao: "presetTaobao",
};

interface Titled {
  readonly name: string;
  readonly title: string;
}

/** The same rows, with titles in the studio's language where it has a word for them. */
export function useTitled<Row extends Titled>(rows: readonly Row[] | undefined): readonly Row[] {
  const { t } = useStudio();
  return useMemo(
    () =>
      (rows ?? none).map((row) => {
        const word = words[row.name];
        return word === undefined ? row : { ...row, title: t(word) };
      }),
    [rows, t],
  );
}

const none: readonly never[] = [];
