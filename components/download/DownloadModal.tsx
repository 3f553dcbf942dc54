// What goes into a ZIP, as which format and under which names; its link is a click away, with its size on it.
import { Download, Folder, TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { CreateDownloadInput, DownloadContent, DownloadNaming, ImageFormat } from "../api/generated/graphql.ts";
import { Button } from "../shared/Button.tsx";
import { SelectField } from "../shared/Choice.tsx";
import { useStudio } from "../shared/context.ts";
import { DialogFoot } from "../shared/DialogFoot.tsx";
import { Modal } from "../shared/Modal.tsx";
import type { MessageKey } from "../shared/messages/messages.ts";
import { Ring } from "../shared/Ring.tsx";
import type { RunTarget } from "../shared/run-target.ts";
import { Segmented } from "../shared/Segmented.tsx";
import { type Content, codesOf, contentsOf } from "./contents.ts";
import { useDownload } from "./useDownload.ts";

export interface DownloadModalProps {
  /** Undefined closes the dialog. */
  readonly target: RunTarget | undefined;
  readonly onClose: () => void;
}

type ContentKind = Content["content"];
type Format = "MADE" | Extract<ImageFormat, "JPEG" | "PNG" | "WEBP">;

const words: Readonly<Record<ContentKind, readonly [MessageKey, MessageKey]>> = {
  APPROVED: ["downloadApproved", "downloadApprovedHint"],
  BEST: ["downloadBest", "downloadBestHint"],
  SOURCES: ["downloadSources", "downloadSourcesHint"],
};
const formats: readonly (readonly [Format, string | undefined])[] = [
  ["MADE", undefined],
  ["JPEG", "JPEG"],
  ["PNG", "PNG"],
  ["WEBP", "WebP"],
];
const namings: readonly DownloadNaming[] = ["INDEXED", "ORIGINAL", "OZON", "AMAZON"];

export function DownloadModal({ target, onClose }: DownloadModalProps) {
  return target === undefined ? null : <OpenDownloadModal target={target} onClose={onClose} />;
}

function OpenDownloadModal({ target, onClose }: DownloadModalProps & { readonly target: RunTarget }) {
  const { t, format, host } = useStudio();
  const { total, contents: offered } = contentsOf(target);
  const [content, setContent] = useState<ContentKind>(() => offered.find(({ files }) => files > 0)?.content ?? "SOURCES");
  const [kind, setKind] = useState<Format>("MADE");
  const [naming, setNaming] = useState<DownloadNaming>("INDEXED");
  const chosen = offered.find((each) => each.content === content);
  const files = chosen?.files ?? 0;
  const { link, failure } = useDownload(files === 0 ? undefined : inputOf(target, { content, kind, naming }));
  const missing = total - files;
  const codes = codesOf(target);
  const shownCodes = codesOf(target, content);
  const extension = kind === "WEBP" ? "webp" : kind === "PNG" ? "png" : "jpg";

  return (
    <Modal
      open
      onClose={onClose}
      name="download"
      width="880px"
      title={t("downloadPhotos")}
      header={
        <span className="studio-2nd studio-cut studio-grow">
          {target.kind === "skus" && codes.length > 1
            ? t("ofSkus", { count: codes.length })
            : codes.length === 1
              ? t("ofSku", { code: codes[0] ?? "" })
              : ""}
        </span>
      }
      footer={
        <DialogFoot words={link === undefined ? "" : t("linkUntil", { when: format.moment(link.expiresAt) })} failure={failure}>
          <Button kind="quiet" onClick={onClose}>
            {t("cancel")}
          </Button>
          {link === undefined ? (
            <Button
              kind="primary"
              disabled
              icon={files > 0 && failure === undefined ? <Ring size={16} /> : <Download className="studio-icon" />}
            >
              {t("downloadZip")}
            </Button>
          ) : (
            <a
              className="studio-button"
              data-kind="primary"
              data-size="m"
              href={link.url}
              download=""
              onClick={() => {
                host.onDownload?.(link);
                onClose();
              }}
            >
              <Download className="studio-icon" />
              <span className="studio-button-text">
                {t("downloadZip")}
                <span className="studio-count">{format.bytes(link.bytes)}</span>
              </span>
            </a>
          )}
        </DialogFoot>
      }
    >
      <div className="studio-body studio-download">
        <div className="studio-pane">
          <div className="studio-formrow" role="radiogroup" aria-label={t("downloadWhat")}>
            <span className="studio-label">{t("downloadWhat")}</span>
            {offered.map((each) => (
              <label key={each.content} className="studio-radio" data-on={each.content === content ? "" : undefined}>
                <span className="studio-dot" data-on={each.content === content ? "" : undefined}>
                  <input
                    type="radio"
                    className="studio-check-input"
                    checked={each.content === content}
                    disabled={each.files === 0}
                    onChange={() => setContent(each.content)}
                  />
                </span>
                <span className="studio-radio-words">
                  <span>{t(words[each.content][0])}</span>
                  <span className="studio-small studio-2nd">{t(words[each.content][1])}</span>
                </span>
                <span className="studio-radio-words studio-end">
                  <span>{t("files", { count: each.files })}</span>
                  <span className="studio-small studio-2nd">
                    {sizeWords(each.content === content ? (link?.bytes ?? each.bytes) : each.bytes, format.bytes)}
                  </span>
                </span>
              </label>
            ))}
          </div>
          <div className="studio-formrow">
            <span className="studio-label">{t("downloadFormat")}</span>
            <Segmented
              label={t("downloadFormat")}
              value={kind}
              onChange={setKind}
              isWide
              segments={formats.map(([value, label]) => ({ value, label: label ?? t("asMade") }))}
            />
          </div>
          <SelectField
            label={t("fileNames")}
            value={naming}
            onChange={setNaming}
            options={namings.map((each) => ({ value: each, label: example(each, "CODE", extension, t("fileNameOwn")), hint: hints[each] }))}
          />
        </div>
        <div className="studio-pane studio-pane-side">
          <div className="studio-formrow">
            <span className="studio-label">{t("downloadPreview")}</span>
            <div className="studio-tree">
              {shownCodes.slice(0, treeCodes).map((code) => (
                <div key={code} className="studio-tree-branch">
                  {naming === "INDEXED" || naming === "ORIGINAL" ? (
                    <span className="studio-line">
                      <Folder className="studio-icon" />
                      <span className="studio-cut">{code}</span>
                    </span>
                  ) : null}
                  <span className="studio-cut studio-2nd studio-tree-leaf">
                    {example(naming, code, extension, t("fileNameOwn")).replace(/^.*\//, "")}
                  </span>
                </div>
              ))}
              {files > Math.min(shownCodes.length, treeCodes) ? (
                <span className="studio-3rd">{t("more", { count: files - Math.min(shownCodes.length, treeCodes) })}</span>
              ) : null}
            </div>
          </div>
        </div>
      </div>
      {missing > 0 ? (
        <div className="studio-dialog-note studio-small">
          <TriangleAlert className="studio-icon studio-warn" />
          <span>{t(content === "APPROVED" ? "missingApproved" : "missingResult", { count: missing })}</span>
        </div>
      ) : null}
    </Modal>
  );
}

/** SKUs shown in the archive's tree. */
const treeCodes = 5;
const hints: Readonly<Record<DownloadNaming, string | undefined>> = {
  INDEXED: undefined,
  ORIGINAL: undefined,
  OZON: "Ozon",
  AMAZON: "Amazon",
};

/** The first file of a SKU, as the server names it. */
function example(naming: DownloadNaming, code: string, extension: string, own: string): string {
  if (naming === "ORIGINAL") return `${code}/${own}.${extension}`;
  if (naming === "OZON") return `${code}.${extension}`;
  if (naming === "AMAZON") return `${code}.MAIN.${extension}`;
  return `${code}/${code}_01.${extension}`;
}

const sizeWords = (bytes: number | undefined, write: (bytes: number) => string): string =>
  bytes === undefined || bytes === 0 ? " " : write(bytes);

function inputOf(
  target: RunTarget,
  { content, kind, naming }: { content: DownloadContent; kind: Format; naming: DownloadNaming },
): CreateDownloadInput {
  return {
    content,
    naming,
    ...(kind === "MADE" ? {} : { format: kind }),
    ...(target.kind === "skus" ? { skus: target.skus.map((sku) => sku.code) } : { pairs: target.pairs.map((pair) => pair.id) }),
  };
}
