// Builds the playground into one file that needs no server and asks nobody for anything. The engine is that of src as it
// stands: the few things that it asks of node are answered by the modules of ./node.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import type { Build } from './build.ts';
import { scenarioCards } from '../src/cli/shipped.ts';
import { policyKinds } from '../src/liquidation/registry.ts';
import { CODE_DIGEST } from '../src/simulation/code-digest.ts';
import { venues } from '../src/venues/registry.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

const { version } = JSON.parse(readFileSync(path('../package.json'), 'utf8')) as { version: string };
const build: Build = {
  version,
  digest: CODE_DIGEST,
  scenarios: scenarioCards().map(({ name, question }) => ({ name, question })),
  policies: policyKinds.map(({ kind, doc }) => ({ kind, doc })),
  venues: venues.map(({ name }) => name),
};

export default defineConfig({
  root: path('.'),
  base: './',
  resolve: {
    alias: [
      { find: 'node:fs', replacement: path('./node/files.ts') },
      { find: 'node:path', replacement: path('./node/paths.ts') },
      { find: 'node:module', replacement: path('./node/package-file.ts') },
      { find: 'node:util', replacement: path('./node/styles.ts') },
      { find: /^.*\/code-digest\.ts$/, replacement: path('./node/code-digest.ts') },
    ],
  },
  define: { SANDPILE_BUILD: JSON.stringify(build) },
  worker: { format: 'iife' },
  build: {
    outDir: path('../out/playground'),
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4_000,
    reportCompressedSize: false,
  },
  plugins: [oneFile()],
});

/** Puts script and style into the page, which then may load nothing else: browsers enforce that, by the policy it states. */
function oneFile(): Plugin {
  return {
    name: 'one-file',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const page = bundle['index.html'];
      if (page?.type !== 'asset') throw new Error('the build has no page');
      let html = String(page.source);
      const allowed: Record<'script' | 'style', string[]> = { script: [], style: [] };
      for (const [file, output] of Object.entries(bundle)) {
        if (output === page) continue;
        const isScript = output.type === 'chunk';
        const tag = isScript ? 'script' : 'style';
        const text = isScript ? output.code.replaceAll('</script', String.raw`<\/script`) : String(output.source);
        const mention = isScript
          ? /<script type="module"[^>]*src="\.\/(.+?)"[^>]*><\/script>/
          : /<link rel="stylesheet"[^>]*href="\.\/(.+?)"[^>]*>/;
        if (mention.exec(html)?.[1] !== file) throw new Error(`the page does not mention ${file}`);
        allowed[tag].push(`'sha256-${createHash('sha256').update(text).digest('base64')}'`);
        // Functions, for a text may hold what a replacement would take for a pattern.
        html = html.replace(mention, () => (isScript ? '' : `<style>${text}</style>`));
        if (isScript) html = html.replace('</body>', () => `<script type="module">${text}</script>\n  </body>`);
        delete bundle[file];
      }
      const policy = `default-src 'none'; script-src ${allowed.script.join(' ')}; style-src ${allowed.style.join(' ')}; style-src-attr 'unsafe-inline'; worker-src blob:; img-src data:; base-uri 'none'; form-action 'none'`;
      page.source = html.replace(
        '<meta charset="utf-8" />',
        (meta) => `${meta}\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`,
      );
    },
  };
}
