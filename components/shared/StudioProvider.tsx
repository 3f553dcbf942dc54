// The root every part stands under: client, token, language and theme, and the layer that dialogs are put into.
import { type ComponentPropsWithoutRef, type CSSProperties, forwardRef, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Provider } from "urql";
import { authorizedFetch, createStudioClient } from "../api/client.ts";
import { createConnection } from "../api/connection.ts";
import { createDecided } from "../api/decided.ts";
import { createFirstPictures } from "../api/first-pictures.ts";
import { createOutbox } from "../api/outbox.ts";
import { createRereads } from "../api/rereads.ts";
import { createTokens } from "../api/tokens.ts";
import { browserTransport, type Transport } from "../api/transport.ts";
import { type Host, type Studio, StudioContext } from "./context.ts";
import { createFormat } from "./format.ts";
import { createTranslate, isLocale, type Locale, type Messages } from "./messages/messages.ts";
import { createSay } from "./messages/sentences.ts";
import { studioNames } from "./messages/studio-names.ts";
import { createOpenDialogs } from "./open-dialogs.ts";
import { createPictureLinks } from "./picture-links.ts";
import { readTheme, type Theme } from "./theme.ts";
import { useInstanceId } from "./useStudioId.ts";
import { useWords } from "./useWords.ts";

export interface StudioProviderProps extends Omit<ComponentPropsWithoutRef<"div">, "onError"> {
  /** Of the GraphQL API; subscriptions use a WebSocket on the same path. */
  readonly endpoint: string;
  /** Asked for a token at first, before it expires, and whenever the API refuses the one it has. */
  readonly getToken: () => Promise<string>;
  /** Replaces the browser's own fetch, WebSocket or XMLHttpRequest; read once. */
  readonly transport?: Transport;
  /** Default `en`. The user may choose another in the bar; a new value of this prop wins over that. */
  readonly locale?: Locale;
  readonly onLocaleChange?: (locale: Locale) => void;
  /** Overrides any word, in whatever language is shown. */
  readonly messages?: Partial<Messages>;
  /** Default `auto`. */
  readonly theme?: Theme;
  readonly onJobFinished?: Host["onJobFinished"];
  /** Called once the server has taken a decision on photos. */
  readonly onReview?: Host["onReview"];
  /** Called with the link of a ZIP; it is opened without that as well. */
  readonly onDownload?: Host["onDownload"];
  readonly onError?: Host["onError"];
}

/** Above this density, pictures are asked for at twice the size. */
const denseFrom = 1.5;
const pictureWidths = { plain: { thumb: 64, tile: 320 }, dense: { thumb: 128, tile: 480 } } as const;

/** With forwardRef, since React 18 hands a plain function no ref. */
export const StudioProvider = forwardRef<HTMLDivElement, StudioProviderProps>(function StudioProvider(props, ref) {
  const {
    endpoint,
    getToken,
    transport,
    locale: given = "en",
    onLocaleChange,
    messages,
    theme = "auto",
    onJobFinished,
    onReview,
    onDownload,
    onError,
    children,
    style,
    className,
    ...rest
  } = props;
  const host = useRef({ getToken, onJobFinished, onReview, onDownload, onError, onLocaleChange });
  useEffect(() => {
    host.current = { getToken, onJobFinished, onReview, onDownload, onError, onLocaleChange };
  });
  const [layer, setLayer] = useState<HTMLElement | null>(null);
  const { locale, setLocale } = useLocale(given, onLocaleChange);
  const [ways] = useState(transport ?? browserTransport);
  const api = useMemo(() => createApi(endpoint, host, ways), [endpoint, ways]);
  const [widths] = useState(() =>
    typeof devicePixelRatio === "number" && devicePixelRatio > denseFrom ? pictureWidths.dense : pictureWidths.plain,
  );

  const instanceId = useInstanceId();
  const { locale: spoken, words: known, isHidden } = useWords(locale, (error) => onError?.(error));
  const words = useMemo(() => {
    const t = createTranslate(spoken, known.messages, messages);
    return { t, say: createSay(spoken, known.sentences), format: createFormat(spoken, t) };
  }, [spoken, known, messages]);
  const studio = useMemo<Studio>(
    () => ({ ...api, ...words, instanceId, locale, setLocale, layer, widths }),
    [api, words, instanceId, locale, setLocale, layer, widths],
  );
  const { mode, variables } = readTheme(theme);
  const css: CSSProperties & Record<string, unknown> = { ...variables, ...style };

  return (
    <StudioContext.Provider value={studio}>
      <Provider value={api.client}>
        <div
          {...rest}
          ref={ref}
          role="region"
          aria-label={isHidden ? studioNames[locale] : studio.t("studio")}
          lang={isHidden ? locale : spoken}
          className={className === undefined ? "studio" : `studio ${className}`}
          data-theme={mode}
          data-wordless={isHidden ? "" : undefined}
          style={css}
        >
          <div className="studio-frame">{children}</div>
          <div className="studio-layer" ref={setLayer} />
        </div>
      </Provider>
    </StudioContext.Provider>
  );
});

interface HostRef {
  readonly current: Host & Pick<StudioProviderProps, "getToken">;
}

function createApi(endpoint: string, host: HostRef, transport: Transport) {
  const tokens = createTokens(() => host.current.getToken());
  const firstPictures = createFirstPictures();
  const rereads = createRereads();
  // News start with how things stand, which is on its way already.
  const late = async (): Promise<string> => {
    await firstPictures.wait();
    return tokens.get();
  };
  const connection = createConnection(endpoint, { ...tokens, get: late }, transport);
  const callbacks: Host = {
    onJobFinished: (job) => host.current.onJobFinished?.(job),
    onReview: (review) => host.current.onReview?.(review),
    onDownload: (download) => host.current.onDownload?.(download),
    onError: (error) => host.current.onError?.(error),
  };
  const client = createStudioClient({ endpoint, tokens, connection, transport, rereads, onError: (error) => callbacks.onError?.(error) });
  const outbox = createOutbox(authorizedFetch(tokens, transport.fetch), connection);
  return {
    client,
    connection,
    outbox,
    decided: createDecided(),
    settled: rereads.settled,
    firstPictures,
    transport,
    links: createPictureLinks(),
    dialogs: createOpenDialogs(),
    host: callbacks,
  };
}

/** The prop, until the user chooses another; a changed prop wins again. */
function useLocale(given: Locale, onChange: ((locale: Locale) => void) | undefined) {
  const known = isLocale(given) ? given : "en";
  const [chosen, setChosen] = useState<{ under: Locale; locale: Locale }>();
  const locale = chosen?.under === known ? chosen.locale : known;
  const setLocale = useCallback(
    (next: Locale) => {
      setChosen({ under: known, locale: next });
      onChange?.(next);
    },
    [known, onChange],
  );
  return { locale, setLocale };
}
