// The photo studio, filling the page: this is the whole embedding.
import { ImageStudio } from "@image-studio/react";
import { getToken } from "../studio-api.ts";
import type { Told } from "../useNotice.ts";
import type { Locale, Theme } from "../usePreferences.ts";

interface PhotosPageProps {
  code: string | undefined;
  onCodeChange: (code: string | undefined) => void;
  locale: Locale;
  theme: Theme;
  /** What the app does about decisions and runs. */
  told: Told;
}

export function PhotosPage({ code, onCodeChange, locale, theme, told }: PhotosPageProps) {
  return (
    <ImageStudio endpoint="/graphql" getToken={getToken} sku={code} onSkuChange={onCodeChange} locale={locale} theme={theme} {...told} />
  );
}
