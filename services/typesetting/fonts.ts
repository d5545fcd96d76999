import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { codePointsOf } from './code-points.ts';

/** The design's own face, in three weights, as files of an npm package. */
const ownFace = [
  '@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf',
  '@expo-google-fonts/source-sans-3/600SemiBold/SourceSans3_600SemiBold.ttf',
  '@expo-google-fonts/source-sans-3/700Bold/SourceSans3_700Bold.ttf',
];
/** A face with far more characters, for what the own one lacks. */
const wideFace = ['dejavu-fonts-ttf/ttf/DejaVuSans.ttf', 'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'];

/** The files' contents, and the code points that one of the two faces shows in every weight. */
export function loadFonts(): { files: Buffer[]; shown: (codePoint: number) => boolean } {
  const [own, wide] = [ownFace, wideFace].map((face) => face.map(read));
  const [ownPoints, widePoints] = [own, wide].map((face) => (face ?? []).map(codePointsOf));
  const inAll = (sets: Set<number>[] | undefined, codePoint: number) =>
    sets?.every((set) => set.has(codePoint)) ?? false;
  return {
    files: [...(own ?? []), ...(wide ?? [])],
    shown: (codePoint) => inAll(ownPoints, codePoint) || inAll(widePoints, codePoint),
  };
}

function read(module: string): Buffer {
  return readFileSync(createRequire(import.meta.url).resolve(module));
}
