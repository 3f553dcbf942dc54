// The studio in a shop's own colours.
import { ImageStudio, type ImageStudioProps, type Theme } from "../../../components/index.ts";

const theme: Theme = {
  mode: "light",
  "--studio-accent": "#8a2f5d",
  "--studio-accent-fill": "#8a2f5d",
  "--studio-accent-fill-hover": "#6f2249",
  "--studio-accent-tint": "#f6e8ef",
  "--studio-accent-tint-hover": "#efd9e4",
  "--studio-radius": "2px",
  "--studio-radius-s": "0px",
  "--studio-radius-l": "2px",
  "--studio-font": "Georgia, serif",
};

export function Themed(props: ImageStudioProps) {
  return <ImageStudio {...props} theme={theme} />;
}
