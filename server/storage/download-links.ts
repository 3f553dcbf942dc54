// Links to ZIPs: which download, whose; signed and expiring with it.
import { type LinkSecret, signUrl, verifyUrl } from "./signed-links.ts";

export interface LinkedDownload {
  readonly id: string;
  readonly workspace: string;
}

export interface DownloadLinks {
  /** An absolute, signed link. */
  url(download: LinkedDownload, expiresAt: Date): string;
  /** What a request's URL asks for, or why it is refused. */
  read(
    method: string,
    url: string,
  ): { readonly ok: true; readonly download: LinkedDownload } | { readonly ok: false; readonly reason: string };
}

export const downloadsPath = "/downloads/";
const suffix = ".zip";

export function createDownloadLinks(publicUrl: string, secret: LinkSecret): DownloadLinks {
  return {
    url: ({ id, workspace }, expiresAt) =>
      signUrl(secret, `${publicUrl}${downloadsPath}${id}${suffix}?${new URLSearchParams({ workspace })}`, { expiresAt }),
    read(method, url) {
      const verdict = verifyUrl(secret, method, url, new Date());
      if (!verdict.ok) return verdict;
      const { pathname, searchParams } = new URL(url);
      const id = pathname.split("/").at(-1)?.replace(suffix, "") ?? "";
      return { ok: true, download: { id, workspace: searchParams.get("workspace") ?? "" } };
    },
  };
}
