// Another way to photos than files: those that lie in a gallery.
import { FolderInput } from "lucide-react";
import { Button } from "../shared/Button.tsx";
import { useStudio } from "../shared/context.ts";

export interface GalleryButtonProps {
  /** Left out where there is none: there is no button then. */
  readonly onGallery: (() => void) | undefined;
  readonly className?: string;
}

export function GalleryButton({ onGallery, className }: GalleryButtonProps) {
  const { t } = useStudio();
  if (onGallery === undefined) return null;
  return (
    <Button className={className} icon={<FolderInput className="studio-icon" />} onClick={onGallery}>
      {t("galleryAdd")}
    </Button>
  );
}
