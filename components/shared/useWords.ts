// The words that are shown: those of the wanted language once they are there, until then those that are in sight.
import { useEffect, useReducer, useRef } from "react";
import type { Locale } from "./messages/messages.ts";
import { bringWords, english, type LanguageWords, wordsOf } from "./messages/words.ts";
import { useIsClient } from "./useRead.ts";

export interface Words {
  /** Of the words, which may still be another than the wanted one. */
  readonly locale: Locale;
  readonly words: LanguageWords;
  /** Nothing is in sight yet: rather nothing for a moment than words of another language. */
  readonly isHidden: boolean;
}

/** @param onError told where the words cannot be had; those in sight then stay, English at first */
export function useWords(wanted: Locale, onError: (error: Error) => void): Words {
  // A server has no time to wait, and its page must be the one that is then made alive.
  const isClient = useIsClient();
  const [, showAgain] = useReducer((times: number) => times + 1, 0);
  const last = useRef<Locale>(undefined);
  const hasFailed = useRef(false);
  const found = isClient || wanted === "en" ? wordsOf(wanted) : undefined;
  if (found !== undefined) last.current = wanted;
  const isMissing = isClient && found === undefined;
  const tell = useRef(onError);
  useEffect(() => {
    tell.current = onError;
  });
  useEffect(() => {
    if (!isMissing) return;
    let isWanted = true;
    const bring = async (): Promise<void> => {
      try {
        await bringWords(wanted);
      } catch (error) {
        hasFailed.current = true;
        tell.current(error instanceof Error ? error : new Error(String(error)));
      }
      if (isWanted) showAgain();
    };
    void bring();
    return () => {
      isWanted = false;
    };
  }, [isMissing, wanted]);
  const locale = last.current ?? "en";
  return {
    locale,
    words: found ?? wordsOf(locale) ?? english,
    isHidden: last.current === undefined && !hasFailed.current,
  };
}
