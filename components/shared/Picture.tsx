// One picture of the API as a real <img>: its ThumbHash until it is there, its link kept while only the signature changes.
import { type ComponentProps, useState } from "react";
import { useStudio } from "./context.ts";
import { placeholderUrl } from "./placeholder.ts";

export interface PictureSource {
  readonly sha256: string;
  readonly placeholder: string;
}

export interface PictureProps extends Omit<ComponentProps<"img">, "src"> {
  readonly photo: PictureSource;
  readonly url: string;
  /** Which size this is, such as `tile`: pictures of one size share a kept link. */
  readonly size: string;
  readonly fit?: "cover" | "contain" | undefined;
}

export function Picture({ photo, url, size, fit = "cover", alt = "", className, style, ...rest }: PictureProps) {
  const { links, firstPictures } = useStudio();
  const [, setTries] = useState(0);
  const [shown, setShown] = useState<{ src: string; ok: boolean }>();
  const key = `${photo.sha256}:${size}`;
  const src = links.keep(key, url);
  const isLoaded = shown?.src === src && shown.ok;
  const isBroken = shown?.src === src && !shown.ok;
  const placeholder = isLoaded ? undefined : placeholderUrl(photo.placeholder);

  return (
    <img
      loading="lazy"
      decoding="async"
      draggable={false}
      {...rest}
      alt={alt}
      src={isBroken && placeholder !== undefined ? placeholder : src}
      data-fit={fit}
      data-broken={isBroken || undefined}
      className={className === undefined ? "studio-picture" : `studio-picture ${className}`}
      style={placeholder === undefined ? style : { ...style, backgroundImage: `url("${placeholder}")` }}
      onLoad={() => {
        if (size === "tile") firstPictures.tell();
        if (!isBroken) setShown({ src, ok: true });
      }}
      onError={() => {
        if (isBroken) return;
        if (links.fail(key, src)) setTries((tries) => tries + 1);
        else {
          firstPictures.tell();
          setShown({ src, ok: false });
        }
      }}
    />
  );
}
