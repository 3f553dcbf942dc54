// An example as a host would write it: the package by its name, without this file's own first line.

export const exampleSource = (file: string): string =>
  file.replace(/^\/\/.*\n/, "").replaceAll("../../../components/index.ts", "@image-studio/react");
