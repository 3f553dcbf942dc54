// A shop that calls things by its own names.
import { ImageStudio, type ImageStudioProps, type Messages } from "../../../components/index.ts";

const messages: Partial<Messages> = {
  skus: "Articles",
  approve: "Publish",
  toReview: { one: "{count} photo to publish", other: "{count} photos to publish" },
};

export function Worded(props: ImageStudioProps) {
  return <ImageStudio {...props} messages={messages} />;
}
