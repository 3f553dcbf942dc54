// What the studio is called in each language: said before its other words are there.

export const studioNames = { en: "Image Studio", zh: "图片工作室", ru: "Студия изображений" } as const;
