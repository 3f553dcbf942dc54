// What every part finds in its provider: the client, the language, the layer for dialogs, and the host's callbacks.
import type { Client } from "@urql/core";
import { createContext, useContext } from "react";
import type { Connection } from "../api/connection.ts";
import type { DecidedStore } from "../api/decided.ts";
import type { FirstPictures } from "../api/first-pictures.ts";
import type { DownloadLinkFragment as DownloadLink, JobStateFragment, PairStatus } from "../api/generated/graphql.ts";
import type { Outbox } from "../api/outbox.ts";
import type { Transport } from "../api/transport.ts";
import type { Format } from "./format.ts";
import type { Locale, Translate } from "./messages/messages.ts";
import type { Say } from "./messages/sentences.ts";
import type { OpenDialogs } from "./open-dialogs.ts";
import type { PictureLinks } from "./picture-links.ts";

/** What a person decides on a photo; `reopen` takes a decision back, `activate` takes a photo out of the archive. */
export type Decision = "approve" | "reject" | "archive" | "reopen" | "activate";

export interface Review {
  /** Photos on which the server has taken the decision. */
  readonly pairs: readonly { readonly id: string; readonly status: PairStatus }[];
  readonly decision: Decision;
}

export interface Host {
  readonly onJobFinished: ((job: JobStateFragment) => void) | undefined;
  readonly onReview: ((review: Review) => void) | undefined;
  readonly onDownload: ((download: DownloadLink) => void) | undefined;
  readonly onError: ((error: Error) => void) | undefined;
}

export interface Studio {
  /** Of this studio on the page; ids of elements begin with it. */
  readonly instanceId: string;
  readonly client: Client;
  readonly connection: Connection;
  /** Decisions that are not sent yet. */
  readonly outbox: Outbox;
  /** What they look like until they are answered for. */
  readonly decided: DecidedStore;
  /** Resolves when the answers to decisions are in what was read. */
  readonly settled: () => Promise<void>;
  readonly firstPictures: FirstPictures;
  readonly transport: Transport;
  readonly links: PictureLinks;
  readonly locale: Locale;
  readonly setLocale: (locale: Locale) => void;
  readonly t: Translate;
  /** What the server says, in the language. */
  readonly say: Say;
  readonly format: Format;
  /** Where dialogs and menus are put, so that they stay within the studio's styles; null before the first paint. */
  readonly layer: HTMLElement | null;
  readonly dialogs: OpenDialogs;
  /** Widths to ask pictures for on this screen, in pixels. */
  readonly widths: { readonly thumb: number; readonly tile: number };
  readonly host: Host;
}

export const StudioContext = createContext<Studio | null>(null);

/** @throws where no `StudioProvider` stands above */
export function useStudio(): Studio {
  const studio = useContext(StudioContext);
  if (studio === null) {
    throw new Error(
      "No StudioProvider was found above this part: it needs the API client and the language. Wrap it in <StudioProvider endpoint getToken>.",
    );
  }
  return studio;
}
