// Puts a story under its provider with an API of its own; stories of the whole studio take the API and bring their own root.
import type { Decorator } from "@storybook/react-vite";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { type ImageStudioProps, StudioProvider } from "../components/index.ts";
import { createStoryApi, type StoryApi, type StoryApiOptions } from "./api/story-api.ts";

/** What a story says of its surroundings in `parameters.studio`. */
export interface StudioParameters extends StoryApiOptions {
  /** CSS lengths of the room that it is given; default: all there is. */
  readonly width?: string;
  readonly height?: string;
  /** The story brings its own root. */
  readonly isWhole?: boolean;
  /** Called before the first drawing. */
  readonly prepare?: (api: StoryApi) => void;
}

export type RootProps = Pick<ImageStudioProps, "endpoint" | "getToken" | "transport" | "theme" | "locale">;

interface Surroundings {
  readonly api: StoryApi;
  readonly root: RootProps;
}

const SurroundingsContext = createContext<Surroundings | undefined>(undefined);
const apis = new WeakMap<Element, StoryApi>();

/** Of the story that is drawn. */
export function useSurroundings(): Surroundings {
  const surroundings = useContext(SurroundingsContext);
  if (surroundings === undefined) throw new Error("A story is drawn outside of its decorator.");
  return surroundings;
}

/** The API of a story under test. */
export function apiOf({ canvasElement }: { readonly canvasElement: Element }): StoryApi {
  const api = apis.get(canvasElement);
  if (api === undefined) throw new Error("The story has no API: it was not drawn yet.");
  return api;
}

/** A JWT's look without a signature; nothing in the page checks one. */
const storyToken = async (): Promise<string> => "story-token";

interface SurroundedProps {
  readonly options: StudioParameters;
  readonly canvas: Element;
  readonly theme: NonNullable<RootProps["theme"]>;
  readonly locale: NonNullable<RootProps["locale"]>;
  readonly children: ReactNode;
}

function Surrounded({ options, canvas, theme, locale, children }: SurroundedProps) {
  const [api] = useState(() => {
    const made = createStoryApi(options);
    options.prepare?.(made);
    return made;
  });
  apis.set(canvas, api);
  useEffect(() => api.stop, [api]);
  const root: RootProps = { endpoint: "/graphql", getToken: storyToken, transport: api.transport, theme, locale };
  const { width, height, isWhole = false } = options;
  return (
    <SurroundingsContext.Provider value={{ api, root }}>
      <div className="story-page" data-theme={theme}>
        <div className="story" style={{ ...(width === undefined ? {} : { width }), ...(height === undefined ? {} : { height }) }}>
          {isWhole ? children : <StudioProvider {...root}>{children}</StudioProvider>}
        </div>
      </div>
    </SurroundingsContext.Provider>
  );
}

export const inStudio: Decorator = (Story, { id, parameters, globals, canvasElement }) => (
  <Surrounded
    key={id}
    options={(parameters["studio"] ?? {}) as StudioParameters}
    canvas={canvasElement}
    theme={globals["theme"]}
    locale={globals["locale"]}
  >
    <Story />
  </Surrounded>
);
