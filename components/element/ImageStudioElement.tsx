// `<image-studio>`: the whole studio for pages without React, in a shadow root of its own with the stylesheet inside.
import { createRoot, type Root } from "react-dom/client";
import type { Messages } from "../shared/messages/messages.ts";
import { readTheme, type Theme, type ThemeMode, themeModes } from "../shared/theme.ts";
import { ImageStudio, type ImageStudioProps } from "../studio/ImageStudio.tsx";
import { elementSheet } from "./sheet.ts";

/** Kept in attributes, readable and settable as properties of the same names too. */
const attributes = ["endpoint", "locale", "theme", "sku"] as const;
/** Kept as they are given; a new value is shown at once. */
const values = ["getToken", "messages", "features"] as const;
/** Called as the React component calls them; a DOM event of the same meaning is sent beside each. */
const callbacks = ["onJobFinished", "onReview", "onDownload", "onError", "onSkuChange", "onLocaleChange"] as const;

type Callback = (typeof callbacks)[number];
type Payload<Name extends Callback> = Parameters<NonNullable<ImageStudioProps[Name]>>[0];

/** What the element sends, none of it bubbling; `detail` is what the callback of the same name is given. */
export interface ImageStudioEventMap {
  readonly jobfinished: CustomEvent<Payload<"onJobFinished">>;
  readonly review: CustomEvent<Payload<"onReview">>;
  readonly download: CustomEvent<Payload<"onDownload">>;
  readonly error: CustomEvent<Payload<"onError">>;
  readonly skuchange: CustomEvent<Payload<"onSkuChange">>;
  readonly localechange: CustomEvent<Payload<"onLocaleChange">>;
}

interface StudioHTMLElement extends HTMLElement {
  addEventListener<Name extends keyof ImageStudioEventMap>(
    type: Name,
    listener: (this: this, event: ImageStudioEventMap[Name]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

/** On a server there is no such class: the module may be imported there, and does nothing. */
const Base = (typeof HTMLElement === "undefined" ? Object : HTMLElement) as new () => StudioHTMLElement;

let sharedSheet: CSSStyleSheet | undefined;
function sheetOnce(): CSSStyleSheet {
  if (sharedSheet === undefined) {
    sharedSheet = new CSSStyleSheet();
    sharedSheet.replaceSync(elementSheet);
  }
  return sharedSheet;
}

/**
 * Shows itself once it has an endpoint and `getToken`, which may be set before this class is defined. Taken out of the page it
 * lets go of everything; moved within the page it keeps its state.
 */
export class ImageStudioElement extends Base {
  static readonly observedAttributes: readonly string[] = attributes;

  /** Of the GraphQL API. */
  declare endpoint: string;
  declare getToken: ImageStudioProps["getToken"] | undefined;
  /** `en`, `zh` or `ru`. */
  declare locale: string;
  /** A mode, which is kept in the attribute, or custom properties. */
  declare theme: Theme;
  /** The code of the SKU that is shown; empty leaves it to the studio. Follows what the user chooses. */
  declare sku: string;
  declare messages: Partial<Messages> | undefined;
  declare features: ImageStudioProps["features"] | undefined;
  declare onJobFinished: ImageStudioProps["onJobFinished"] | undefined;
  declare onReview: ImageStudioProps["onReview"] | undefined;
  declare onDownload: ImageStudioProps["onDownload"] | undefined;
  declare onError: ImageStudioProps["onError"] | undefined;
  declare onSkuChange: ImageStudioProps["onSkuChange"] | undefined;
  declare onLocaleChange: ImageStudioProps["onLocaleChange"] | undefined;

  readonly #given = new Map<string, unknown>();
  readonly #states = this.attachInternals().states;
  readonly #mount: HTMLElement;
  #root: Root | undefined;
  #isDue = false;

  constructor() {
    super();
    const shadow = this.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [sheetOnce()];
    this.#mount = document.createElement("div");
    this.#mount.className = "studio-mount";
    shadow.append(this.#mount);
  }

  connectedCallback(): void {
    for (const name of [...attributes, ...values, ...callbacks]) this.#upgrade(name);
    this.#schedule();
  }

  disconnectedCallback(): void {
    this.#schedule();
  }

  attributeChangedCallback(name: string): void {
    if (name === "theme") this.#given.delete(name);
    this.#schedule();
  }

  /** What was set on the element before it became one of this class hides the accessor until it is set again. */
  #upgrade(name: string): void {
    if (!Object.hasOwn(this, name)) return;
    const value: unknown = Reflect.get(this, name);
    Reflect.deleteProperty(this, name);
    Reflect.set(this, name, value);
  }

  #write(name: string, value: unknown): void {
    if (value == null) this.#given.delete(name);
    else this.#given.set(name, value);
    this.#schedule();
  }

  /** Once for all changes of one turn; being moved, too, is out and in within one. */
  #schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      this.#update();
    });
  }

  #update(): void {
    if (!this.isConnected || this.endpoint === "" || this.getToken === undefined) {
      this.#root?.unmount();
      this.#root = undefined;
      return;
    }
    const { mode } = readTheme(this.theme);
    this.#states.clear();
    this.#states.add(mode);
    this.#root ??= createRoot(this.#mount);
    this.#root.render(<ImageStudio {...this.#props()} />);
  }

  #props(): ImageStudioProps {
    const { messages, features, sku } = this;
    return {
      endpoint: this.endpoint,
      getToken: () => this.getToken?.() ?? Promise.reject(new Error("<image-studio> has lost its getToken: set the property again.")),
      // The provider knows its languages and takes English for all others.
      locale: this.locale as NonNullable<ImageStudioProps["locale"]>,
      theme: this.theme,
      ...(messages === undefined ? {} : { messages }),
      ...(features === undefined ? {} : { features }),
      sku: sku === "" ? undefined : sku,
      onSkuChange: (code) => {
        this.sku = code;
        this.#tell("skuchange", "onSkuChange", code);
      },
      onLocaleChange: (locale) => this.#tell("localechange", "onLocaleChange", locale),
      onJobFinished: (job) => this.#tell("jobfinished", "onJobFinished", job),
      onReview: (review) => this.#tell("review", "onReview", review),
      onDownload: (download) => this.#tell("download", "onDownload", download),
      onError: (error) => this.#tell("error", "onError", error),
    };
  }

  #tell<Name extends Callback>(type: keyof ImageStudioEventMap, name: Name, detail: Payload<Name>): void {
    const callback = this[name] as ((detail: Payload<Name>) => void) | undefined;
    callback?.call(this, detail);
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  static {
    const define = (name: string, accessor: ThisType<ImageStudioElement> & PropertyDescriptor): void => {
      Object.defineProperty(ImageStudioElement.prototype, name, { configurable: true, enumerable: true, ...accessor });
    };
    for (const name of attributes) {
      define(name, {
        get() {
          const text = this.getAttribute(name) ?? "";
          return name === "theme" ? (this.#given.get(name) ?? modeOf(text)) : text;
        },
        set(value: unknown) {
          if (typeof value === "object" && value !== null) this.#write(name, value);
          else if (value === undefined || value === null) this.removeAttribute(name);
          else this.setAttribute(name, String(value));
        },
      });
    }
    for (const name of [...values, ...callbacks]) {
      define(name, {
        get() {
          return this.#given.get(name);
        },
        set(value: unknown) {
          this.#write(name, value);
        },
      });
    }
  }
}

const modeOf = (text: string): ThemeMode => themeModes.find((mode) => mode === text) ?? "auto";
