import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };

const pages = ['README.md', ...globSync('docs/**/*.md')];
const read = (page: string): string => readFileSync(page, 'utf8');

/** As GitHub makes it of a heading. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
const anchors = (page: string): string[] =>
  [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchor(heading));

test.each(pages)('every link of %s leads to a file and a heading that exist', (page) => {
  const broken = [...read(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].filter(
    ([, file = '', heading]) => {
      const target = file === '' ? page : path.join(path.dirname(page), file);
      if (!existsSync(target)) return true;
      return heading !== undefined && target.endsWith('.md') && !anchors(target).includes(heading);
    },
  );
  expect(broken.map(([link]) => link)).toEqual([]);
});

test('the README names every command', () => {
  // The parts of `check`, and what it mends.
  const own = Object.keys(manifest.scripts).filter((name) => !/^(check:|format$)/.test(name));
  const readme = read('README.md');
  const said = (name: string) => readme.includes(`\`npm run ${name}\``) || readme.includes(`\`npm ${name}\``);
  expect(own.filter((name) => !said(name))).toEqual([]);
});

test('the README leads to every page', () => {
  const readme = read('README.md');
  expect(globSync('docs/*.md').filter((page) => !readme.includes(`](${page})`))).toEqual([]);
});
