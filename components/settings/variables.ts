// The variables that a prompt may hold, and where they stand in a text.

/** As the API knows them. */
export const variables = ["sku.code", "sku.title", "image.name", "image.position", "output.width", "output.height"] as const;

export interface PromptPart {
  /** Where it begins. */
  readonly at: number;
  readonly text: string;
  /** The name within the braces; undefined for plain words. */
  readonly variable: string | undefined;
}

export function splitPrompt(text: string): readonly PromptPart[] {
  const parts: PromptPart[] = [];
  let end = 0;
  for (const match of text.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g)) {
    if (match.index > end) parts.push({ at: end, text: text.slice(end, match.index), variable: undefined });
    parts.push({ at: match.index, text: match[0], variable: match[1] ?? "" });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ at: end, text: text.slice(end), variable: undefined });
  return parts;
}

export const unknownVariables = (text: string): readonly string[] =>
  splitPrompt(text).flatMap(({ variable }) => (variable === undefined || variables.some((each) => each === variable) ? [] : [variable]));
