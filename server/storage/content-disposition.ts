// The Content-Disposition header of a download, for names in any script.

/**
 * `attachment` with the name twice: plain ASCII for old clients, UTF-8 for the rest.
 * @see https://www.rfc-editor.org/rfc/rfc6266
 */
export function attachmentHeader(fileName: string): string {
  const name = fileName.toWellFormed();
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/gu, "_");
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
