// The link of a ZIP: made for what is chosen, made anew as the choice changes, so that count and size are known before the click.
import { useEffect, useRef, useState } from "react";
import { useClient } from "urql";
import { failureText } from "../api/failure.ts";
import { CreateDownloadDocument, type CreateDownloadInput, type DownloadLinkFragment } from "../api/generated/graphql.ts";
import { useStudio } from "../shared/context.ts";

/** A choice that rests this long is taken for meant. */
const restMs = 250;

export interface DownloadRead {
  readonly link: DownloadLinkFragment | undefined;
  /** Why there is none. */
  readonly failure: string | undefined;
}

const nothing: DownloadRead = { link: undefined, failure: undefined };

/** @param input undefined asks for nothing */
export function useDownload(input: CreateDownloadInput | undefined): DownloadRead {
  const client = useClient();
  const { t, say } = useStudio();
  const key = input === undefined ? undefined : JSON.stringify(input);
  const [read, setRead] = useState<{ key: string | undefined; result: DownloadRead }>({ key: undefined, result: nothing });
  const words = useRef({ silent: "", say });
  words.current = { silent: t("serverSilent"), say };
  useEffect(() => {
    if (key === undefined) return;
    let isMeant = true;
    const timer = setTimeout(async () => {
      const { data, error } = await client.mutation(CreateDownloadDocument, { input: JSON.parse(key) as CreateDownloadInput });
      if (!isMeant) return;
      const failure = error === undefined ? undefined : (failureText(error, words.current.say) ?? words.current.silent);
      setRead({ key, result: { link: data?.createDownload, failure } });
    }, restMs);
    return () => {
      isMeant = false;
      clearTimeout(timer);
    };
  }, [client, key]);
  return read.key === key ? read.result : nothing;
}
